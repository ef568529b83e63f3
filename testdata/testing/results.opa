[
  {
    "location": {
      "file": "testdata/testing/team_test.rego",
      "row": 7,
      "col": 1
    },
    "package": "data.gate.team_test",
    "name": "test_a_label_names_the_owner"
  },
  {
    "location": {
      "file": "testdata/testing/team_test.rego",
      "row": 9,
      "col": 1
    },
    "package": "data.gate.team_test",
    "name": "test_unknown_teams_are_none",
    "fail": true,
    "output": "Zm91bmQge3sibXNnIjogImBhcGlgIGhhcyBubyBvd25lciJ9fQo="
  },
  {
    "location": {
      "file": "testdata/testing/team_test.rego",
      "row": 15,
      "col": 1
    },
    "package": "data.gate.team_test",
    "name": "test_owners",
    "fail": true,
    "sub_results": {
      "nobody": {
        "name": "nobody"
      },
      "payments": {
        "name": "payments",
        "fail": true
      },
      "shop": {
        "name": "shop"
      }
    }
  },
  {
    "location": {
      "file": "testdata/testing/team_test.rego",
      "row": 20,
      "col": 1
    },
    "package": "data.gate.team_test",
    "name": "todo_test_annotations",
    "skip": true
  }
]
