//! `gate init --policy`: a policy to start from.

#![expect(clippy::unwrap_used, reason = "tests")]
#[test]
fn a_new_policy_passes_its_own_tests_and_is_not_overwritten() {
    let directory = tempfile::tempdir().unwrap();
    let run = |arguments: &[&str]| {
        let mut gate = std::process::Command::new(env!("CARGO_BIN_EXE_gate"));
        let output = gate.current_dir(directory.path()).env_clear().args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].map(|bytes| String::from_utf8(bytes).unwrap()).concat();
        (text, output.status.code().unwrap())
    };
    let (written, code) = run(&["init", "--policy", "team-2"]);
    assert_eq!(code, 0, "{written}");
    assert!(written.contains("to use it, add to gate.yaml: policies: {paths: [policy]}"), "{written}");
    let (tested, code) = run(&["test", "policy", "-v"]);
    assert_eq!(code, 0, "{tested}");
    assert!(tested.contains("gate.team_2_test.test_a_workload_of_a_team_passes"), "{tested}");
    assert!(tested.contains("policy/cases/team-2-fails"), "{tested}");

    // Neither case minds the other's policy.
    assert_eq!(run(&["init", "--policy", "owner"]).1, 0);
    let (both, code) = run(&["test", "policy"]);
    assert_eq!(code, 0, "{both}");

    let (again, code) = run(&["init", "--policy", "team-2"]);
    assert!(again.contains("there is `policy/team-2.rego` already: nothing was written"), "{again}");
    assert_eq!(code, 2);
    std::fs::remove_file(directory.path().join("policy/team-2.rego")).unwrap();
    assert_eq!(run(&["init", "--policy", "team-2"]).1, 2);
    assert!(!directory.path().join("policy/team-2.rego").exists());
    for name in ["Team", "2teams", "team_2", "freeze-window", "lib", "../team", ""] {
        assert_eq!(run(&["init", "--policy", name]).1, 2, "{name}");
    }

    // Below the root it says where that is.
    std::fs::create_dir_all(directory.path().join(".git")).unwrap();
    std::fs::create_dir_all(directory.path().join("below")).unwrap();
    let (below, code) = run(&["init", "--policy", "below", "below"]);
    assert_eq!(code, 0, "{below}");
    assert!(
        below.starts_with("this is written at the root of the repository, `.`\nwrote policy/below.rego\n"),
        "{below}"
    );

    // Where the configuration has a place for policies, it goes there.
    std::fs::write(directory.path().join("gate.yaml"), "policies: {paths: [rules]}\n").unwrap();
    let (written, _) = run(&["init", "--policy", "other"]);
    assert!(written.contains("wrote rules/other_test.rego") && !written.contains("to use it"), "{written}");
    assert_eq!(run(&["test"]).1, 0);
}
