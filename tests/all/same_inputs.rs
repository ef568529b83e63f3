//! What a render says that it depends on is all that it depends on: where the inputs are the same, so is the result,
//! and what a change does not reach has the same inputs. Nor does a result depend on what was rendered before it.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write;
use std::sync::Arc;

use gate::kustomize::{Attempt, KUSTOMIZATION_NAMES, Options, Renderer, Web};
use gate::source::{Files, MemoryTree, RepoPath, Revision, Span, changes};
use gate::yaml;

/// The directories that may have a kustomization.
const DIRECTORIES: [&str; 8] = ["a", "a/s", "b", "c", "o", "o/s", "x/o", "x"];

/// Where else links may be.
const LINKS: [&str; 10] =
    ["l", "m", "a/l", "o/l", "a/cm.yaml", "o/d.txt", "o/kustomization.yml", "a/kustomization.yaml", "x/k", "b/p.yaml"];

const TARGETS: [&str; 20] = [
    "a",
    "b",
    "../a",
    "../b",
    "../c",
    "l",
    "../l",
    "../m",
    "m",
    "x/o",
    "../x/k",
    "..",
    "../../outside",
    "/outside",
    "cm.yaml",
    "../b/cm.yaml",
    "../l/d.txt",
    "../a/../b",
    "../o/kustomization.yaml",
    "../o/p.yaml",
];

const FILES: [(&str, &str); 6] = [
    ("cm.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME}, data: {a: b}}\n"),
    ("d.txt", "NAME\n"),
    ("e.env", "key=NAME\n"),
    ("p.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: NAME}, data: {c: d}}\n"),
    ("q.yaml", "- {op: add, path: /data/q, value: NAME}\n"),
    (
        "t.yaml",
        "{apiVersion: builtin, kind: PatchTransformer, metadata: {name: t}, path: PATH, target: {kind: ConfigMap}}\n",
    ),
];

/// What `resources` and `components` may name.
const PARTS: [&str; 16] = [
    "cm.yaml",
    "cm.yaml",
    "../a",
    "../a",
    "../b",
    "../b",
    "../l",
    "../l/s",
    "../m",
    "s",
    "l",
    "l/cm.yaml",
    "../x/k",
    "../x/o",
    "../m/cm.yaml",
    "missing.yaml",
];

/// What else may name a file.
const PATHS: [&str; 8] =
    ["p.yaml", "q.yaml", "q.yaml", "d.txt", "l/p.yaml", "../m/p.yaml", "../l/q.yaml", "missing.yaml"];

/// Numbers that look random and are the same in each run (splitmix64).
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((mixed ^ (mixed >> 31)) >> 33).unwrap() % sides
    }

    fn one_in(&mut self, sides: usize) -> bool {
        self.roll(sides) == 0
    }

    fn pick<T: Copy>(&mut self, items: &[T]) -> T {
        items[self.roll(items.len())]
    }

    fn shuffle<T>(&mut self, items: &mut [T]) {
        for at in (1..items.len()).rev() {
            items.swap(at, self.roll(at + 1));
        }
    }
}

#[derive(Clone, Debug, PartialEq)]
enum Held {
    File(String),
    Link(&'static str),
}

/// Files and links by path, none of which is below another.
#[derive(Clone, Debug, Default, PartialEq)]
struct Repository(BTreeMap<String, Held>);

impl Repository {
    fn put(&mut self, path: &str, held: Held) {
        self.0.retain(|other, _| !other.starts_with(&format!("{path}/")) && !path.starts_with(&format!("{other}/")));
        self.0.insert(path.to_owned(), held);
    }

    fn file(&mut self, path: &str, content: impl Into<String>) {
        self.put(path, Held::File(content.into()));
    }

    fn revision(&self, files: &Arc<Files>) -> Revision {
        let texts = self.0.iter().filter_map(|(path, held)| match held {
            Held::File(text) => Some((path.as_str(), text.as_str())),
            Held::Link(_) => None,
        });
        let links = self.0.iter().filter_map(|(path, held)| match held {
            Held::Link(target) => Some((path.as_str(), *target)),
            Held::File(_) => None,
        });
        Revision::new(MemoryTree::new(texts).with_links(links), files.clone())
    }

    fn random(dice: &mut Dice) -> Self {
        let mut repository = Self::default();
        for directory in DIRECTORIES {
            for (name, text) in FILES {
                let named = text.replace("NAME", &directory.replace('/', "-")).replace("PATH", path(dice));
                repository.file(&format!("{directory}/{name}"), named);
            }
            repository.file(&format!("{directory}/kustomization.yaml"), kustomization(dice, directory));
        }
        for _ in 0..dice.roll(5) {
            repository.put(dice.pick(&LINKS), Held::Link(dice.pick(&TARGETS)));
        }
        repository
    }

    /// Changes something.
    fn edit(&mut self, dice: &mut Dice) {
        let directory = dice.pick(&DIRECTORIES);
        let paths: Vec<String> = self.0.keys().cloned().collect();
        let path = &paths[dice.roll(paths.len())];
        match dice.roll(9) {
            0 => self.put(dice.pick(&LINKS), Held::Link(dice.pick(&TARGETS))),
            1 => self.put(directory, Held::Link(dice.pick(&TARGETS))),
            2 => {
                let name = dice.pick(&["kustomization.yml", "Kustomization", "KUSTOMIZATION.YAML", "Cm.yaml"]);
                self.file(&format!("{directory}/{name}"), kustomization(dice, directory));
            }
            3 => self.file(&format!("{directory}/missing.yaml"), FILES[0].1.replace("NAME", "missing")),
            4 => {
                self.0.remove(path);
            }
            5 => self.file(&format!("{directory}/kustomization.yaml"), kustomization(dice, directory)),
            6 => self.file(&format!("{directory}/misting.yaml"), ""),
            _ => {
                if let Some(Held::File(text)) = self.0.get_mut(path) {
                    *text = text.replace("a: b", "a: other").replace("key=", "other=");
                }
            }
        }
    }
}

/// The path of a patch, mostly of one that is there.
fn path(dice: &mut Dice) -> &'static str {
    if dice.one_in(8) { dice.pick(&PATHS) } else { "q.yaml" }
}

/// What a directory draws on where nothing is wrong.
fn sound_parts(directory: &str) -> &'static [&'static str] {
    match directory {
        "a" => &["cm.yaml", "s"],
        "b" => &["cm.yaml", "../a"],
        "o" => &["cm.yaml", "../a", "../b", "s"],
        "x" => &["../b", "../a", "o", "cm.yaml"],
        _ => &["cm.yaml"],
    }
}

fn kustomization(dice: &mut Dice, directory: &str) -> String {
    let mut text = String::new();
    let component = directory == "c";
    if component {
        text.push_str("apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\n");
    } else {
        let sound = !dice.one_in(6);
        let parts = if sound { sound_parts(directory) } else { &PARTS };
        let first = dice.roll(parts.len());
        let others = if dice.one_in(2) { dice.roll(2) } else { 0 };
        let parts: Vec<&str> = (first..=first + others).map(|at| parts[at % parts.len()]).collect();
        writeln!(text, "resources: [{}]", parts.join(", ")).unwrap();
    }
    if !component && dice.one_in(4) {
        let path = if directory.contains('/') { "../../c" } else { "../c" };
        writeln!(text, "components: [{}]", if dice.one_in(8) { "../m" } else { path }).unwrap();
    }
    if dice.one_in(3) {
        let name = directory.replace('/', "-");
        let file = if dice.one_in(8) { dice.pick(&["../l/d.txt", "l/d.txt", "missing.txt"]) } else { "d.txt" };
        writeln!(text, "configMapGenerator: [{{name: {name}-made, files: [k={file}], envs: [e.env]}}]").unwrap();
    }
    if dice.one_in(4) {
        writeln!(text, "patches: [{{path: {}, target: {{kind: ConfigMap, name: .*}}}}]", path(dice)).unwrap();
    }
    if dice.one_in(6) {
        writeln!(text, "transformers: [{}]", dice.pick(&["t.yaml", "t.yaml", "t.yaml", "l/t.yaml", "../b"])).unwrap();
    }
    if dice.one_in(30) {
        text.push_str("openapi: {path: ../l/types.json}\n");
    }
    writeln!(text, "namePrefix: {}-", directory.replace('/', "-")).unwrap();
    text
}

/// Everything that users see of a result, places included.
fn shown(attempt: &Attempt, files: &Files) -> String {
    let place = |span: Option<Span>| span.map(|span| files.location(span));
    let problem = |problem: &gate::source::Problem| {
        let trail: Vec<_> = problem.trail().iter().map(|span| place(Some(*span))).collect();
        let (hint, path) = (problem.hint_text(), problem.path());
        format!("{problem} {:?} {trail:?} {hint:?} {path:?} {:?}\n", place(problem.span()), problem.kind())
    };
    let render = match &attempt.result {
        Ok(render) => render,
        Err(failure) => return problem(failure),
    };
    let mut shown: String = render.quirks.iter().map(problem).collect();
    for manifest in &render.resources {
        shown.push_str(&yaml::emit(&manifest.node).unwrap());
        let name = manifest.node.at(&["metadata", "name"]).unwrap();
        writeln!(shown, "# {:?}", place(name.origin.span)).unwrap();
    }
    shown
}

/// Whether a change touches what a render can reach; what `gate check` asks before it renders.
fn touched(changed: &BTreeSet<RepoPath>, reach: &BTreeSet<RepoPath>) -> bool {
    reach.iter().any(|path| changed.iter().any(|file| file.is_within(path) || path.is_within(file)))
}

fn directories() -> Vec<RepoPath> {
    let linked = ["l", "m", "a/l", "o/l", "x/k", "l/s", "nowhere"];
    DIRECTORIES.iter().chain(&linked).map(|path| RepoPath::new(path).unwrap()).collect()
}

#[test]
fn the_same_inputs_give_the_same_result() {
    let (mut rendered, mut same, mut hidden, mut differ, mut total) = (0, 0, 0, 0, 0);
    for seed in 0..200 {
        let mut dice = Dice(seed);
        let old = Repository::random(&mut dice);
        let mut new = old.clone();
        (0..=dice.roll(3)).for_each(|_| new.edit(&mut dice));
        let files = Arc::new(Files::default());
        let (before, after) = (old.revision(&files), new.revision(&files));
        let changed: BTreeSet<RepoPath> = changes(&before, &after).into_iter().map(|file| file.path).collect();
        let (web, old_web) = (Web::new(&after), Web::new(&before));
        let renderers = [&before, &after].map(|revision| Renderer::new(revision, Options::default()));
        for directory in directories() {
            let [was, is] = renderers.each_ref().map(|renderer| renderer.attempt(&directory));
            let told = [&was, &is].map(|attempt| shown(attempt, &files));
            let context = || format!("seed {seed}, `{directory}`:\n{changed:?}\n{old:#?}\n{new:#?}\n{is:?}");
            // Whichever of the two is asked.
            for (attempt, here, there) in [(&was, &before, &after), (&is, &after, &before)] {
                let alike = attempt.inputs.same(here, there);
                assert!(!alike || told[0] == told[1], "{}\n{}\n{}", context(), told[0], told[1]);
                hidden += usize::from(!alike && told[0] == told[1]);
                same += usize::from(alike);
            }
            for (attempt, web) in [(&is, &web), (&was, &old_web)] {
                let is_touched = touched(&changed, &web.reach(&directory));
                let alike = attempt.inputs.same(&before, &after);
                assert!(is_touched || alike, "{:?}\n{}", web.reach(&directory), context());
            }
            rendered += usize::from(is.result.is_ok());
            differ += usize::from(told[0] != told[1]);
            total += 1;
        }
    }
    let told = format!("of {total}: {rendered} rendered, {differ} differ, {same}/2 same, {hidden}/2 differ needlessly");
    assert!(rendered * 5 > total && differ * 20 > total, "the trees are too dull: {told}");
    assert!(same > total && hidden * 10 < total, "the inputs say too much: {told}");
}

/// What is refused or not by the way that leads to a base.
fn cycle() -> Repository {
    let mut repository = Repository::default();
    repository.file("lib/kustomization.yaml", "resources: [../apps/z]\n");
    repository.file("apps/z/kustomization.yaml", "resources: [cm.yaml]\n");
    repository.file("apps/z/cm.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: z}}\n");
    for app in ["a", "z"] {
        let overlay = format!("apps/{app}/overlays/production/kustomization.yaml");
        repository.file(&overlay, "resources: [../../../../lib]\n");
    }
    repository
}

/// Every kustomization directory, rendered with a renderer of its own.
fn alone(repository: &Repository) -> BTreeMap<RepoPath, String> {
    let is_kustomization =
        |path: &RepoPath| KUSTOMIZATION_NAMES.iter().any(|name| path.file_name() == *name).then(|| path.parent());
    let paths = repository.0.keys().map(|path| RepoPath::new(path).unwrap());
    let directories: BTreeSet<RepoPath> = paths.filter_map(|path| is_kustomization(&path).flatten()).collect();
    let render = |directory: RepoPath| {
        let files = Arc::new(Files::default());
        let revision = repository.revision(&files);
        let attempt = Renderer::new(&revision, Options::default()).attempt(&directory);
        let told = format!("{}{:?}", shown(&attempt, &files), attempt.inputs);
        (directory, told)
    };
    directories.into_iter().map(render).collect()
}

/// Renders every directory in some order by some threads, and holds each against what it is alone.
fn together(repository: &Repository, alone: &BTreeMap<RepoPath, String>, dice: &mut Dice) {
    let files = Arc::new(Files::default());
    let revision = repository.revision(&files);
    let renderer = Renderer::new(&revision, Options::default());
    let mut directories: Vec<&RepoPath> = alone.keys().collect();
    dice.shuffle(&mut directories);
    let threads = 1 + dice.roll(8);
    std::thread::scope(|scope| {
        for part in directories.chunks(directories.len().div_ceil(threads)) {
            let (renderer, files) = (&renderer, &files);
            scope.spawn(move || {
                for directory in part {
                    let attempt = renderer.attempt(directory);
                    let told = format!("{}{:?}", shown(&attempt, files), attempt.inputs);
                    assert_eq!(told, alone[*directory], "`{directory}` of {repository:#?}");
                }
            });
        }
    });
}

#[test]
fn a_result_does_not_depend_on_what_was_rendered_before() {
    let mut dice = Dice(1);
    let cycle = cycle();
    let expected = alone(&cycle);
    let refused = &expected[&RepoPath::new("apps/z/overlays/production").unwrap()];
    assert!(refused.starts_with("`apps/z` is being rendered already, so this is a cycle"), "{refused}");
    (0..200).for_each(|_| together(&cycle, &expected, &mut dice));
    for seed in 0..20 {
        let repository = Repository::random(&mut Dice(seed));
        let expected = alone(&repository);
        (0..5).for_each(|_| together(&repository, &expected, &mut dice));
    }
}
