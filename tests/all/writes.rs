//! Writing damages nothing: whole or not at all, never through a link of the repository, never over what people wrote.

#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{PermissionsExt, symlink};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use crate::support::command;

/// A repository with an app in two environments, beside a directory that is none of its business.
struct Place {
    directory: tempfile::TempDir,
}

impl Place {
    fn new() -> Self {
        let place = Self { directory: tempfile::tempdir().unwrap() };
        fs::create_dir(place.outside()).unwrap();
        fs::create_dir_all(place.repository().join(".git")).unwrap();
        place.write("apps/api/base/kustomization.yaml", "resources: [api.yaml]\n");
        let api = "apiVersion: v1\nkind: Pod\nmetadata: {name: api}\nspec: {containers: [{name: api, image: 'a.example/b'}]}\n";
        place.write("apps/api/base/api.yaml", api);
        for (environment, digit) in [("staging", "1"), ("production", "2")] {
            let image = format!("images: [{{name: a.example/b, digest: 'sha256:{}'}}]\n", digit.repeat(64));
            place.write(
                &format!("apps/api/{environment}/kustomization.yaml"),
                &format!("resources: [../base]\n{image}"),
            );
        }
        place
    }

    fn repository(&self) -> PathBuf {
        self.directory.path().join("repository")
    }

    fn outside(&self) -> PathBuf {
        self.directory.path().join("outside")
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.repository().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.repository().join(path)).unwrap()
    }

    /// The exit code and all that is said.
    fn run(&self, arguments: &[&str]) -> (i32, String) {
        let output = command(env!("CARGO_BIN_EXE_gate"), &self.repository()).args(arguments).output().unwrap();
        let text = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap(), String::from_utf8(text).unwrap())
    }

    /// Every file and link, with what is in it.
    fn snapshot(&self) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut all = BTreeMap::new();
        let mut directories = vec![self.directory.path().to_owned()];
        while let Some(directory) = directories.pop() {
            for entry in fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_symlink() {
                    all.insert(path.clone(), fs::read_link(path).unwrap().into_os_string().into_encoded_bytes());
                } else if path.is_dir() {
                    all.insert(path.clone(), Vec::new());
                    directories.push(path);
                } else {
                    all.insert(path.clone(), fs::read(path).unwrap());
                }
            }
        }
        all
    }

    /// Asserts that a command is refused for that reason and leaves everything as it was.
    fn refuses(&self, arguments: &[&str], why: &str) {
        let before = self.snapshot();
        let (code, said) = self.run(arguments);
        assert!(code == 2 && said.contains(why), "{arguments:?}: {code}: {said}");
        assert_eq!(self.snapshot(), before, "{arguments:?}");
    }
}

fn link(target: impl AsRef<Path>, link: impl AsRef<Path>) {
    symlink(target, link).unwrap();
}

#[test]
fn nothing_is_written_through_links_of_the_repository() {
    let place = Place::new();
    fs::write(place.outside().join("kept"), "kept").unwrap();
    link("../outside/kept", place.repository().join("file"));
    link("../outside/new", place.repository().join("dangling"));
    link("../outside", place.repository().join("directory"));
    for target in ["file", "dangling", "directory/kept", "directory/new", "./directory/../directory/new"] {
        let why = "is a link of the repository";
        place.refuses(&["check", &format!("--format=json={target}")], why);
        place.refuses(&["check", &format!("--format=summary={target}")], why);
        place.refuses(&["status", &format!("--write={target}")], why);
    }
    let absolute = place.repository().join("directory/new");
    place.refuses(&["check", &format!("--format=json={}", absolute.display())], "is a link of the repository");
    for (name, arguments) in [(".github", &["init"][..]), (".githooks", &["init"]), ("policy", &["init", "--policy=x"])]
    {
        link("../outside", place.repository().join(name));
        place.refuses(arguments, &format!("`{name}` is a link"));
        fs::remove_file(place.repository().join(name)).unwrap();
    }
    link("../outside/gate.yaml", place.repository().join("gate.yaml"));
    place.refuses(&["init"], "is a link");
    fs::remove_file(place.repository().join("gate.yaml")).unwrap();
    assert_eq!(place.run(&["init"]).0, 0);
}

#[test]
fn cases_are_not_updated_through_links() {
    let place = Place::new();
    place.write("policy/p.rego", "package gate.p\n\nimport rego.v1\n\ndeny contains \"no\"\n");
    place.write("policy/cases/c/a/staging/kustomization.yaml", "resources: [c.yaml]\n");
    place.write("policy/cases/c/a/staging/c.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n");
    place.write("policy/cases/c/case.yaml", "only: [p]\n");
    link("../../../../outside/expected", place.repository().join("policy/cases/c/expected"));
    let before = place.snapshot();
    let (code, said) = place.run(&["test", "--update", "--fail-on-empty=false", "policy"]);
    assert_eq!(code, 2, "{said}");
    assert_eq!(place.snapshot(), before);
    fs::remove_file(place.repository().join("policy/cases/c/expected")).unwrap();
    let (_, said) = place.run(&["test", "--update", "--fail-on-empty=false", "policy"]);
    assert!(said.contains("`policy/cases/c/expected` is brought up to date"), "{said}");
    assert!(place.read("policy/cases/c/expected").contains("no"));
}

#[test]
fn what_people_wrote_is_not_replaced() {
    let place = Place::new();
    place.write("gate.yaml", "version: 1\n");
    place.write("notes.json", "{\"mine\": true}\n");
    place.refuses(&["check", "--format=json=gate.yaml"], "is not replaced by a report");
    place.refuses(&["check", "--format=summary=apps/api/base/api.yaml"], "is not replaced by a report");
    place.refuses(&["check", "--format=json=.git/config"], "where Git keeps");
    place.refuses(&["check", "--format=json=apps"], "is a directory");
    place.refuses(&["status", "--write=apps"], "is a directory");
    place.refuses(&["status", "--write=notes.json"], "would be lost");
    place.refuses(&["status", "--write=gate.yaml"], "would be lost");
    assert_eq!(place.run(&["status", "--write=versions.json"]).0, 0);
    assert_eq!(place.run(&["status", "--write=versions.json"]).0, 0);
    let mode = |file: &str| fs::metadata(place.repository().join(file)).unwrap().permissions().mode() & 0o777;
    place.write("report.json", "");
    fs::set_permissions(place.repository().join("report.json"), fs::Permissions::from_mode(0o600)).unwrap();
    place.run(&["check", "--format=json=report.json"]);
    assert!(place.read("report.json").starts_with('{') && mode("report.json") == 0o600);
    let left: Vec<_> =
        place.snapshot().into_keys().filter(|path| path.to_string_lossy().contains("/.report")).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn reports_go_where_people_say() {
    let place = Place::new();
    let outside = place.outside();
    let report = outside.join("report.json");
    place.run(&["check", &format!("--format=json={}", report.display())]);
    assert!(fs::read_to_string(&report).unwrap().starts_with('{'));
    // A link that no repository holds is somebody's own.
    fs::create_dir(outside.join("real")).unwrap();
    link("real", outside.join("link"));
    place.run(&["check", &format!("--format=json={}", outside.join("link/report.json").display())]);
    assert!(outside.join("real/report.json").exists());
    // A directory that is missing is made.
    place.run(&["check", "--format=json=reports/of/today.json"]);
    assert!(place.read("reports/of/today.json").starts_with('{'));
    let (_, said) = place.run(&["check", "--format=json=/dev/stdout"]);
    assert!(said.starts_with('{'), "{said}");
}

#[test]
fn a_summary_is_added_to_what_steps_before_wrote() {
    let place = Place::new();
    let summary = place.outside().join("summary");
    fs::write(&summary, "# earlier step\n").unwrap();
    for times in 1..3 {
        place.run(&["check", &format!("--format=summary={}", summary.display())]);
        let text = fs::read_to_string(&summary).unwrap();
        assert!(text.starts_with("# earlier step\n") && text.matches("## ").count() == times, "{text}");
    }
}

#[test]
fn what_cannot_be_written_is_an_error_and_leaves_nothing() {
    let place = Place::new();
    if Path::new("/dev/full").exists() {
        place.refuses(&["check", "--format=json=/dev/full"], "`/dev/full` cannot be written");
        place.refuses(&["check", "--format=summary=/dev/full"], "`/dev/full` cannot be written");
        place.refuses(&["status", "--write=/dev/full"], "`/dev/full` cannot be written");
        let full = fs::OpenOptions::new().write(true).open("/dev/full").unwrap();
        for arguments in [&["check"][..], &["status"], &["policies"], &["render", "apps/api/staging"]] {
            let mut gate = command(env!("CARGO_BIN_EXE_gate"), &place.repository());
            let output = gate.args(arguments).stdout(Stdio::from(full.try_clone().unwrap())).output().unwrap();
            let said = String::from_utf8(output.stderr).unwrap();
            assert_eq!(output.status.code(), Some(2), "{arguments:?}: {said}");
            assert!(said.contains("the output cannot be written"), "{arguments:?}: {said}");
        }
    }
    place.refuses(&["check", "--format=json=apps/api/base/api.yaml/report.json"], "cannot be written");
    // A pipe that nobody reads any more.
    let mut gate = command(env!("CARGO_BIN_EXE_gate"), &place.repository());
    let mut child = gate.args(["policies", "--format=json"]).stdout(Stdio::piped()).spawn().unwrap();
    drop(child.stdout.take());
    assert_eq!(child.wait().unwrap().code(), Some(2));
}

#[test]
fn a_name_dictates_nothing_to_the_files_of_init() {
    for name in ["a\npolicies: {disable: [image-digest-pinned]}\n#", "a\u{1b}[31m", "a\u{202e}b", "a: b #c", "'\"{[*&!"]
    {
        let place = Place::new();
        place.write(&format!("apps/{name}/overlays/production/kustomization.yaml"), "namePrefix: a-\n");
        let (code, said) = place.run(&["init"]);
        assert_eq!(code, 0, "{said}");
        assert!(!said.contains(['\u{1b}', '\u{202e}']) && !said.contains("\npolicies:"), "{said:?}");
        let written = place.read("gate.yaml");
        let keys = written.lines().filter(|line| !line.starts_with(['#', ' ']) && !line.is_empty());
        assert_eq!(keys.collect::<Vec<_>>(), ["version: 1", "environments:"], "{written}");
        let (code, said) = place.run(&["policies"]);
        assert!(
            code == 0 && said.lines().any(|line| line.starts_with("image-digest-pinned ") && line.contains(" error ")),
            "{said}"
        );
    }
}
