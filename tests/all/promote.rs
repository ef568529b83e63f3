//! `gate promote` as users run it: what it writes, what it refuses, and that it leaves all else alone.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

use tempfile::TempDir;

use crate::support::command;

const OLD: &str = "sha256:1111111111111111111111111111111111111111111111111111111111111111";
const NEW: &str = "sha256:2222222222222222222222222222222222222222222222222222222222222222";

/// A container's image in a workload of the base.
const IMAGE: &str = "hub.example/team/api";

/// A repository of one app whose staging and production are these kustomizations, less their first lines.
struct Repository(TempDir);

impl Repository {
    fn new(staging: &str, production: &str) -> Self {
        let repository = Self(tempfile::tempdir().unwrap());
        repository.write("gate.yaml", "environments: [dev, staging, {name: production, protected: true}]\n");
        repository.write("api/base/kustomization.yaml", "resources: [api.yaml]\n");
        repository.write("api/base/api.yaml", &workload("api", &[("api", IMAGE)]));
        repository.write("api/staging/kustomization.yaml", &format!("resources: [../base]\n{staging}"));
        repository.write("api/production/kustomization.yaml", &format!("resources: [../base]\n{production}"));
        repository
    }

    fn write(&self, path: &str, content: &str) {
        let path = self.0.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.0.path().join(path)).unwrap()
    }

    /// Every file and its content.
    fn files(&self) -> Vec<(String, String)> {
        let mut files = Vec::new();
        let mut open = vec![self.0.path().to_owned()];
        while let Some(directory) = open.pop() {
            for entry in std::fs::read_dir(directory).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    open.push(path);
                } else {
                    let name = path.strip_prefix(self.0.path()).unwrap().display().to_string();
                    files.push((name, std::fs::read_to_string(path).unwrap()));
                }
            }
        }
        files.sort();
        files
    }

    /// Exit code and both outputs of a command.
    fn gate(&self, arguments: &[&str]) -> (i32, String, String) {
        let output = command(env!("CARGO_BIN_EXE_gate"), self.0.path()).args(arguments).output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        (output.status.code().unwrap(), text(output.stdout), text(output.stderr))
    }

    fn promote(&self, arguments: &[&str]) -> (i32, String, String) {
        self.gate(&[&["promote", "api"], arguments].concat())
    }

    /// What it says when it refuses; no file is another one then.
    fn refusal(&self, arguments: &[&str]) -> String {
        let before = self.files();
        let (code, out, err) = self.promote(arguments);
        assert_eq!((code, out.as_str()), (2, ""), "{err}");
        assert!(before == self.files(), "nothing is written");
        err
    }

    /// The images that an environment renders.
    fn images(&self, environment: &str) -> Vec<String> {
        let (code, out, err) = self.gate(&["render", &format!("api/{environment}")]);
        assert_eq!(code, 0, "{err}");
        let images = out.lines().filter_map(|line| line.trim_start_matches([' ', '-']).strip_prefix("image: "));
        images.map(str::to_owned).collect()
    }
}

fn workload(name: &str, containers: &[(&str, &str)]) -> String {
    let mut text = format!("apiVersion: apps/v1\nkind: Deployment\nmetadata:\n  name: {name}\nspec:\n  template:\n");
    text.push_str("    spec:\n      containers:\n");
    for (name, image) in containers {
        text.push_str(&format!("      - name: {name}\n        image: {image}\n"));
    }
    text
}

/// What production's kustomization becomes, less its first line, given the version that staging's entry sets.
fn promoted(staging: &str, production: &str) -> String {
    let repository = Repository::new(&format!("images:\n- name: {IMAGE}\n{staging}"), production);
    let before = repository.files();
    let (code, out, err) = repository.promote(&["--allow-tag"]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains(&format!("{IMAGE}: ")), "{out}");
    assert_eq!(repository.promote(&["--allow-tag"]).1, "nothing to do: `api` runs in production what staging runs\n");
    let changed = repository.files().iter().zip(&before).filter(|(new, old)| new != old).count();
    assert_eq!(changed, 1);
    let content = repository.read("api/production/kustomization.yaml");
    content.split_once('\n').unwrap().1.to_owned()
}

#[test]
fn one_line_changes_where_a_digest_is() {
    let production = |digest: &str| {
        format!(
            "# production\nimages:   # pinned\n\n  # the service\n  -   name: {IMAGE}\n      digest: {digest}   # ours\n\nreplicas:\n- {{name: api, count: 3}}\n"
        )
    };
    assert_eq!(promoted(&format!("  digest: {NEW}\n"), &production(OLD)), production(NEW));
    // A tag beside the digest decides nothing.
    assert_eq!(promoted(&format!("  newTag: v2\n  digest: {NEW}\n"), &production(OLD)), production(NEW));
}

#[test]
fn line_ends_and_quotes_are_kept() {
    let production = |digest: &str| format!("images:\r\n- name: '{IMAGE}'\r\n  \"digest\": \"{digest}\" # ours\r\n");
    assert_eq!(promoted(&format!("  digest: {NEW}\n"), &production(OLD)), production(NEW));
    let single = |tag: &str| format!("images:\n- newTag: '{tag}'\n  name: {IMAGE}");
    assert_eq!(promoted("  newTag: \"1.10\"\n", &single("1.9")), single("1.10"));
    // Without quotes it would be a number, and kustomize refuses that.
    let plain = |tag: &str| format!("images:\n- name: {IMAGE}\n  newTag: {tag}\n");
    assert_eq!(promoted("  newTag: \"1.10\"\n", &plain("1.9.2")), plain("\"1.10\""));
}

#[test]
fn an_entry_says_all_that_staging_says() {
    let entry = |lines: &str| format!("images:\n- name: {IMAGE}\n{lines}  # end\n");
    let both = |tag: &str, digest: &str| format!("  newTag: {tag}\n  digest: {digest}\n");
    let staging = both("v2", NEW);
    assert_eq!(promoted(&staging, &entry(&both("v1", OLD))), entry(&staging));
    assert_eq!(promoted(&staging, &entry("  newTag: v1\n")), entry(&staging));
    assert_eq!(promoted(&staging, &entry("  newName: hub.example/team/api\n")), {
        entry(&format!("  newName: hub.example/team/api\n{staging}"))
    });
    // A tag that staging does not have would tell lies.
    let pinned = format!("  digest: {NEW}\n");
    assert_eq!(promoted(&pinned, &entry(&both("v1", OLD))), entry(&pinned));
    assert_eq!(promoted(&pinned, &entry("  newTag: v1\n")), entry(&pinned));
    assert_eq!(promoted("  newTag: v2\n", &entry(&format!("  digest: {OLD}\n"))), entry("  newTag: v2\n"));
    assert_eq!(promoted("  newTag: v2\n", &entry(&both("v1", OLD))), entry("  newTag: v2\n"));
}

#[test]
fn flow_style_stays_flow_style() {
    let flow = |digest: &str| format!("images: [{{name: {IMAGE}, digest: '{digest}'}}] # all\n");
    assert_eq!(promoted(&format!("  digest: {NEW}\n"), &flow(OLD)), flow(NEW));
    assert_eq!(
        promoted(&format!("  newTag: v2\n  digest: {NEW}\n"), "images: [{name: other, newTag: v1}]\n"),
        format!("images: [{{name: other, newTag: v1}}, {{name: {IMAGE}, newTag: v2, digest: {NEW}}}]\n")
    );
    assert_eq!(
        promoted(&format!("  digest: {NEW}\n"), &format!("images:\n- {{newTag: v1, name: {IMAGE}}}\n")),
        format!("images:\n- {{digest: {NEW}, name: {IMAGE}}}\n")
    );
}

#[test]
fn an_entry_is_added_where_there_is_none() {
    let staging = format!("  digest: {NEW}\n");
    assert_eq!(
        promoted(&staging, "images:\n  - name: other # one\n    newTag: v1 # two\n\nnamePrefix: eu-\n"),
        format!(
            "images:\n  - name: other # one\n    newTag: v1 # two\n  - name: {IMAGE}\n    digest: {NEW}\n\nnamePrefix: eu-\n"
        )
    );
    assert_eq!(
        promoted(&staging, "namePrefix: eu-"),
        format!("namePrefix: eu-\nimages:\n- name: {IMAGE}\n  digest: {NEW}")
    );
    assert_eq!(
        promoted(&staging, "buildMetadata:\r\n    - originAnnotations\r\n# end\r\n"),
        format!(
            "buildMetadata:\r\n    - originAnnotations\r\n# end\r\nimages:\r\n    - name: {IMAGE}\r\n      digest: {NEW}\r\n"
        )
    );
    assert_eq!(promoted(&staging, "images: []\n"), format!("images: [{{name: {IMAGE}, digest: {NEW}}}]\n"));
}

#[test]
fn what_changed_is_told_with_its_line() {
    let entry = |tag: &str, digest: &str| format!("images:\n- name: {IMAGE}\n  newTag: {tag}\n  digest: {digest}\n");
    let repository = Repository::new(&entry("v2", NEW), &entry("v1", OLD));
    let (code, out, err) = repository.promote(&["--dry-run"]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out, @"
    --- a/api/production/kustomization.yaml
    +++ b/api/production/kustomization.yaml
    @@ -1,5 +1,5 @@
     resources: [../base]
     images:
     - name: hub.example/team/api
    -  newTag: v1
    -  digest: sha256:1111111111111111111111111111111111111111111111111111111111111111
    +  newTag: v2
    +  digest: sha256:2222222222222222222222222222222222222222222222222222222222222222
    ");
    assert!(repository.read("api/production/kustomization.yaml").contains(OLD), "a dry run writes nothing");
    let (code, out, err) = repository.promote(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    insta::assert_snapshot!(out, @"api/production/kustomization.yaml:5 hub.example/team/api: v1@sha256:111111111111… → v2@sha256:222222222222…");
    assert_eq!(repository.images("production"), repository.images("staging"));
}

#[test]
fn a_diff_shows_no_secret() {
    let generator = "secretGenerator:\n- name: db\n  literals: [password=correct-horse]\n";
    let entry = |digest: &str| format!("images:\n- name: {IMAGE}\n  digest: {digest}\n{generator}");
    let repository = Repository::new(&entry(NEW), &entry(OLD));
    let (code, out, _) = repository.promote(&["--dry-run"]);
    assert_eq!(code, 0);
    assert!(out.contains(NEW) && out.contains("***") && !out.contains("correct-horse"), "{out}");
    repository.promote(&[]);
    assert!(repository.read("api/production/kustomization.yaml").ends_with(generator));
}

#[test]
fn several_images_are_promoted_together_or_one_by_one() {
    let entries = |digest: &str, tag: &str| {
        format!("images:\n- name: {IMAGE}\n  digest: {digest}\n- name: proxy\n  newTag: {tag}\n  digest: {digest}\n")
    };
    let repository = || {
        let repository = Repository::new(&entries(NEW, "v2"), &entries(OLD, "v1"));
        let containers = [("api", IMAGE), ("again", IMAGE), ("proxy", "proxy"), ("own", "busybox:1.36")];
        repository.write("api/base/api.yaml", &workload("api", &containers));
        repository
    };
    let all = repository();
    let (code, out, _) = all.promote(&[]);
    assert_eq!((code, out.lines().count()), (0, 2), "{out}");
    assert_eq!(all.images("production"), all.images("staging"));
    let one = repository();
    let (code, out, _) = one.promote(&["--image=docker.io/library/proxy:v7"]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(out, @"api/production/kustomization.yaml:7 docker.io/library/proxy: v1@sha256:111111111111… → v2@sha256:222222222222…");
    assert!(one.images("production")[0].ends_with(OLD) && one.images("production")[2].ends_with(NEW));
    insta::assert_snapshot!(one.refusal(&["--image=hub.example/team/app"]), @"
    error: `production` runs no image of `hub.example/team/app`
      help: did you mean `hub.example/team/api`?
    ");
}

#[test]
fn the_manifest_or_patch_of_the_overlay_is_edited_in_place() {
    let patch = |image: &str| {
        format!("patches:\n- patch: |-\n    {}", workload("api", &[("api", image)]).replace('\n', "\n    ").trim_end())
    };
    let (old, new) = (format!("'{IMAGE}:v1@{OLD}' # ours"), format!("{IMAGE}:v2@{NEW}"));
    let repository = Repository::new(&patch(&new), &patch(&old));
    assert_eq!(repository.promote(&[]).0, 0);
    let expected = format!("resources: [../base]\n{}", patch(&format!("'{new}' # ours")));
    assert_eq!(repository.read("api/production/kustomization.yaml"), expected);
}

#[test]
fn a_name_that_says_the_version_is_edited() {
    let entry = |version: &str| format!("images:\n- name: {IMAGE}\n  newName: \"hub.example/api{version}\" # ours\n");
    let repository = Repository::new(&entry(&format!(":v2@{NEW}")), &entry(":v1"));
    assert_eq!(repository.promote(&[]).0, 0);
    let expected = format!("resources: [../base]\n{}", entry(&format!(":v2@{NEW}")));
    assert_eq!(repository.read("api/production/kustomization.yaml"), expected);
}

#[test]
fn values_of_a_chart_are_edited_where_they_belong_to_the_overlay() {
    let release = |tag: &str, digest: &str| {
        format!(
            "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata:\n  name: web\nspec:\n  values:\n    image:\n      repository: web\n      tag: {tag} # ours\n{digest}"
        )
    };
    let pinned = |digest: &str| format!("      digest: '{digest}'\n");
    let repository = Repository::new("patches: [{path: web.yaml}]\n", "patches: [{path: web.yaml}]\n");
    repository.write("api/base/kustomization.yaml", "resources: [web.yaml]\n");
    repository.write("api/base/web.yaml", &release("v0", ""));
    repository.write("api/staging/web.yaml", &release("\"1.10\"", &pinned(NEW)));
    repository.write("api/production/web.yaml", &release("v1", &pinned(OLD)));
    let (code, out, err) = repository.promote(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(repository.read("api/production/web.yaml"), release("\"1.10\"", &pinned(NEW)));
    insta::assert_snapshot!(out, @"api/production/web.yaml:10 docker.io/library/web: v1@sha256:111111111111… → 1.10@sha256:222222222222…");
    repository.write("api/production/web.yaml", &release("v1", ""));
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: `docker.io/library/web` is to become `1.10@sha256:222222222222…`, and its tag and digest are not written alike
      --> api/production/web.yaml:9:12
      help: give it the fields `tag` and `digest` that the other environment has
    ");
    // The base's is not production's to change, and no entry under `images` reaches it.
    repository.write("api/production/kustomization.yaml", "resources: [../base]\n");
    repository.write("api/base/web.yaml", &release("v0", &pinned(OLD)));
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: `docker.io/library/web` is set here for others too: `api/staging`
      --> api/base/web.yaml:9:12
      help: edit it here by hand, or set it by a patch of `api/production/kustomization.yaml`
    ");
}

#[test]
fn what_others_share_is_not_touched() {
    let entry = |digest: &str| format!("images:\n- name: {IMAGE}\n  digest: {digest}\n");
    let repository = Repository::new(&entry(NEW), "");
    repository.write("api/base/kustomization.yaml", &format!("resources: [api.yaml]\n{}", entry(OLD)));
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: `hub.example/team/api` is set here for others too: `api/staging`
      --> api/base/kustomization.yaml:4:11
      help: edit it here by hand, or set it under `images` of `api/production/kustomization.yaml`
    ");
    // A component that only production uses lies outside of it.
    let repository = Repository::new(&entry(NEW), "components: [../../pins]\n");
    repository.write("pins/kustomization.yaml", &format!("kind: Component\n{}", entry(OLD)));
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: `hub.example/team/api` is set here, outside of `api/production`
      --> pins/kustomization.yaml:4:11
      help: edit it here by hand, or set it under `images` of `api/production/kustomization.yaml`
    ");
    // Another environment is made of production; what lists all environments is none.
    let repository = Repository::new(&entry(NEW), "");
    repository.write("all/kustomization.yaml", "resources: [../api/production]\n");
    repository.write("api/dev/kustomization.yaml", "resources: [../production]\n");
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: others are made of `api/production/kustomization.yaml`: `api/dev`
      --> api/production/kustomization.yaml
      help: an entry for `hub.example/team/api` here would change them too
    ");
    repository.write("api/dev/kustomization.yaml", "resources: [../base]\n");
    assert_eq!(repository.promote(&[]).0, 0);
    // What takes a part of it without the whole is somebody else.
    let repository = Repository::new(&entry(NEW), "components: [pins]\n");
    repository.write("api/production/pins/kustomization.yaml", &format!("kind: Component\n{}", entry(OLD)));
    repository.write("demo/kustomization.yaml", "resources: [../api/base]\ncomponents: [../api/production/pins]\n");
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: `hub.example/team/api` is set here for others too: `demo`
      --> api/production/pins/kustomization.yaml:4:11
      help: edit it here by hand, or set it under `images` of `api/production/kustomization.yaml`
    ");
}

#[test]
fn several_versions_are_nobody_s_to_choose_from() {
    let repository = Repository::new("", "images: [{name: hub.example/team/api, newTag: v1}]\n");
    repository.write("api/staging/kustomization.yaml", "resources: [api.yaml]\n");
    let containers = [("api", "hub.example/team/api:v2"), ("canary", "hub.example/team/api:v3")];
    repository.write("api/staging/api.yaml", &workload("api", &containers));
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: `staging` runs `hub.example/team/api` at `v2` and at `v3`
      --> api/staging/api.yaml:12:16
      read from api/staging/api.yaml:10:16
      help: make them the same first, or name the other images with `--image`
    ");
}

#[test]
fn a_tag_is_not_promoted_to_a_protected_environment_unasked() {
    let entry = |tag: &str| format!("images:\n- name: {IMAGE}\n  newTag: {tag}\n");
    let repository = Repository::new(&entry("v2"), &entry("v1"));
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: `staging` runs `hub.example/team/api:v2` without a digest, and `production` is protected
      --> api/staging/kustomization.yaml:4:11
      help: pin it by digest there, or promote the tag with `--allow-tag`
    ");
    // A repository that does not want digests need not say so each time.
    repository.write("gate.yaml", "policies: {disable: [image-digest-pinned]}\n");
    assert_eq!(repository.promote(&[]).0, 0);
    assert_eq!(repository.images("production"), repository.images("staging"));
}

#[test]
fn what_would_change_more_than_the_image_is_refused() {
    let entry = |digest: &str| format!("images:\n- name: {IMAGE}\n  digest: {digest}\n");
    // The replacement carries the image into an annotation.
    let replacements = "replacements:\n- source: {kind: Deployment, name: api, fieldPath: spec.template.spec.containers.0.image}\n  targets:\n  - select: {kind: Deployment, name: api}\n    fieldPaths: [metadata.annotations.image]\n    options: {create: true}\n";
    let repository = Repository::new(&entry(NEW), &format!("{}{replacements}", entry(OLD)));
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: promoting would change `metadata.annotations.image` of Deployment/api too
      --> api/production/kustomization.yaml:4:11
      help: edit it by hand; nothing was written
    ");
}

#[test]
fn mirrors_stand_for_what_they_mirror() {
    let entry = |name: &str, digest: &str| format!("images:\n- name: {IMAGE}\n  newName: {name}\n  digest: {digest}\n");
    let (staging, production) = (entry("stage.example/team/api", NEW), entry("prod.example/team/api", OLD));
    let repository = Repository::new(&staging, &production);
    insta::assert_snapshot!(repository.refusal(&[]), @"
    error: `staging` and `production` of `api` have no image in common
      help: set `mirrors` of the policy `digest-matches-staging` where repositories have other names there
    ");
    let settings = "policies: {settings: {digest-matches-staging: {mirrors: {prod.example: stage.example}}}}\n";
    repository.write("gate.yaml", settings);
    assert_eq!(repository.promote(&[]).0, 0);
    assert_eq!(repository.images("production"), [format!("prod.example/team/api@{NEW}")]);
}

#[test]
fn each_cluster_gets_what_runs_beside_it() {
    let repository = Repository::new("", "");
    repository.write("gate.yaml", "apps: ['{app}/{environment}/{cluster}']\nenvironments: [staging, production]\n");
    let overlay = |environment: &str, cluster: &str, digest: &str| {
        let entry = format!("resources: [../../base]\nimages:\n- name: {IMAGE}\n  digest: {digest}\n");
        repository.write(&format!("api/{environment}/{cluster}/kustomization.yaml"), &entry);
    };
    let third = OLD.replace('1', "3");
    for (environment, eu, us) in [("staging", NEW, third.as_str()), ("production", OLD, OLD)] {
        overlay(environment, "eu", eu);
        overlay(environment, "us", us);
    }
    let (code, out, _) = repository.promote(&[]);
    assert_eq!(code, 0);
    insta::assert_snapshot!(out, @"
    api/production/eu/kustomization.yaml:4 hub.example/team/api on eu: sha256:111111111111… → sha256:222222222222…
    api/production/us/kustomization.yaml:4 hub.example/team/api on us: sha256:111111111111… → sha256:333333333333…
    ");
}

#[test]
fn what_clusters_share_is_edited_once() {
    let repository = Repository::new("", "");
    repository.write("gate.yaml", "apps: ['{app}/{environment}/{cluster}', '{app}/{environment}']\n");
    let entry = |digest: &str| format!("images:\n- name: {IMAGE}\n  digest: {digest}\n");
    repository.write("api/staging/kustomization.yaml", &format!("resources: [../base]\n{}", entry(NEW)));
    let pins = |digest: &str| format!("kind: Component\n{}", entry(digest));
    repository.write("api/production/pins/kustomization.yaml", &pins(OLD));
    std::fs::remove_file(repository.0.path().join("api/production/kustomization.yaml")).unwrap();
    for cluster in ["eu", "us"] {
        let overlay = "resources: [../../base]\ncomponents: [../pins]\n";
        repository.write(&format!("api/production/{cluster}/kustomization.yaml"), overlay);
    }
    let (code, out, err) = repository.promote(&[]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert_eq!(out.lines().count(), 2, "{out}");
    assert_eq!(repository.read("api/production/pins/kustomization.yaml"), pins(NEW));
}

#[test]
fn names_that_do_not_exist_are_errors() {
    let repository = Repository::new("", "");
    repository.write("shop/web/production/kustomization.yaml", "namePrefix: a-\n");
    repository.write("shop/web/staging/kustomization.yaml", "namePrefix: a-\n");
    insta::assert_snapshot!(repository.gate(&["promote", "web"]).2, @"
    error: there is no app `web`
      help: did you mean `shop/web`?
    ");
    insta::assert_snapshot!(repository.gate(&["promote", "apy"]).2, @"
    error: there is no app `apy`
      help: did you mean `api`?
    ");
    insta::assert_snapshot!(repository.refusal(&["--to=prodution"]), @"
    error: there is no environment `prodution`
      help: did you mean `production`?
    ");
    insta::assert_snapshot!(repository.refusal(&["--from=production", "--to=staging"]), @"
    error: `production` does not come before `staging` in the order of promotion
      help: name the lower environment with `--from`
    ");
    insta::assert_snapshot!(repository.refusal(&["--from=dev"]), @"
    error: `api` has no overlay in `dev`
      help: it has overlays in `staging`, `production`
    ");
}

#[test]
fn files_keep_their_permissions_and_links_stay_links() {
    let entry = |digest: &str| format!("images:\n- name: {IMAGE}\n  digest: {digest}\n");
    let repository = Repository::new(&entry(NEW), &entry(OLD));
    let path = repository.0.path().join("api/production/kustomization.yaml");
    #[cfg(unix)]
    {
        use std::os::unix::fs::{PermissionsExt, symlink};
        let real = Path::new("real.yaml");
        std::fs::rename(&path, path.with_file_name(real)).unwrap();
        symlink(real, &path).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o640)).unwrap();
        assert_eq!(repository.promote(&[]).0, 0);
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o640);
        assert!(std::fs::symlink_metadata(&path).unwrap().is_symlink());
    }
    #[cfg(not(unix))]
    assert_eq!(repository.promote(&[]).0, 0);
    assert!(std::fs::read_to_string(&path).unwrap().contains(NEW));
    let names: Vec<String> = repository.files().into_iter().map(|(name, _)| name).collect();
    assert!(names.iter().all(|name| !name.contains("/.")), "{names:?}");
}
