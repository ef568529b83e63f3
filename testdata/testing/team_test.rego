package gate.team_test

import data.gate.team

of(labels) := {"environments": [{"resources": [{"kind": "Deployment", "metadata": {"name": "api", "labels": labels}}]}]}

test_a_label_names_the_owner if count(team.deny) == 0 with input as of({"team": "shop"})

test_unknown_teams_are_none if {
	found := team.deny with input as of({"team": "nobody"})
	print("found", found)
	found == {{"msg": "`api` has an unknown owner, and that is a sentence longer than a line"}}
}

test_owners[team_name] if {
	some team_name, want in {"shop": 0, "payments": 1, "nobody": 1}
	count(team.deny) == want with input as of({"team": team_name})
}

todo_test_annotations if false
