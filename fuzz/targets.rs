//! What must hold whatever the bytes are, one function for each fuzz target. None may panic or hang.
//!
//! `tests/fuzz.rs` holds what was found against the same functions, without a fuzzer.
#![allow(dead_code, reason = "each target uses one function")]

use std::collections::BTreeMap;
use std::sync::Arc;

use gate::kustomize::{Effects, Options, Renderer, Schema};
use gate::source::{Files, MemoryTree, RepoPath, Revision, Span};
use gate::yaml::{Decoded, Dialect, Node, Scalar, Text};

/// The line between the files of a case.
const CUT: &str = "\n%%\n";

/// The files of a case for [`render`], in order. Each `%%` begins the next.
const FILES: [&str; 5] =
    ["overlay/kustomization.yaml", "base/kustomization.yaml", "base/a.yaml", "overlay/patch.yaml", "overlay/b.env"];

/// A text is read or refused, in both dialects, and every place in what was read lies inside the text.
pub(crate) fn parse(data: &[u8]) {
    let Ok(content) = std::str::from_utf8(data) else { return };
    for dialect in [Dialect::Resource, Dialect::Config] {
        let files = Files::default();
        let file = files.add(RepoPath::root(), data.to_vec());
        let text = Text::of_file(file, content, 0);
        for document in gate::yaml::parse_all(&text, dialect).unwrap_or_default() {
            document.leaves(&mut |_, leaf| inside(content, leaf.origin.span));
        }
    }
}

fn inside(content: &str, span: Option<Span>) {
    let span = span.expect("every value of a file has a place");
    let place = span.start as usize..span.end() as usize;
    assert!(content.get(place.clone()).is_some(), "{place:?} is no part of the text");
}

/// What is printed means what was read, and is printed the same the second time.
pub(crate) fn emit(data: &[u8]) {
    let Ok(content) = std::str::from_utf8(data) else { return };
    for document in read(content) {
        if is_changed_by_kustomize(&document) {
            continue;
        }
        if let Ok(printed) = gate::yaml::emit(&document) {
            let again = read(&printed);
            // A document that holds nothing is none.
            let [again] = again.as_slice() else {
                assert!(
                    again.is_empty() && document.is_null(),
                    "one document was printed as another number:\n{printed}"
                );
                continue;
            };
            assert_eq!(meaning(&document), meaning(again), "another value was printed:\n{printed}");
            assert_eq!(gate::yaml::emit(again).expect("printed before"), printed);
        }
    }
}

/// Every leaf by its path.
fn meaning(document: &Node) -> BTreeMap<String, Option<Decoded>> {
    let mut leaves = BTreeMap::new();
    document.leaves(&mut |path, leaf| {
        leaves.insert(path.to_string(), leaf.as_scalar().and_then(Scalar::try_decode));
    });
    leaves
}

/// Whether kustomize itself prints something else than it read: it folds line breaks that only YAML 1.1 knows, and
/// leaves the quotes of `"0o-7"` away.
fn is_changed_by_kustomize(document: &Node) -> bool {
    let mut changed = false;
    document.leaves(&mut |_, leaf| {
        let text = leaf.text().unwrap_or_default();
        let number = text.trim_start_matches(['-', '+']);
        changed |=
            text.contains(['\u{85}', '\u{2028}', '\u{2029}']) || number.starts_with("0o-") || number.starts_with("0o+");
    });
    changed
}

fn read(content: &str) -> Vec<Node> {
    gate::yaml::parse_all(&Text::loose(content), Dialect::Resource).unwrap_or_default()
}

/// A small repository is rendered or refused, the same each time, and what is printed can be read.
pub(crate) fn render(data: &[u8]) {
    let Ok(content) = std::str::from_utf8(data) else { return };
    let files: Vec<(&str, &str)> = FILES.into_iter().zip(content.split(CUT)).collect();
    let first = rendered(&files);
    assert_eq!(first, rendered(&files));
}

/// An object and JSON patches of it, both as text.
pub(crate) fn json6902(data: &[u8]) {
    let Ok(content) = std::str::from_utf8(data) else { return };
    let (object, patch) = content.split_once(CUT).unwrap_or((content, ""));
    let patched = "resources: [object.yaml]\npatches: [{path: patch.yaml, target: {name: .*}}]\n";
    let files =
        [("overlay/kustomization.yaml", patched), ("overlay/object.yaml", object), ("overlay/patch.yaml", patch)];
    let _ = rendered(&files);
}

/// What is printed for `overlay`, or why nothing is.
fn rendered(files: &[(&str, &str)]) -> Result<Vec<String>, String> {
    let tree = MemoryTree::new(files.iter().copied());
    let revision = Revision::new(tree, Arc::new(Files::default()));
    let directory = RepoPath::new("overlay").expect("a path");
    let said = |problem: gate::source::Problem| problem.to_string();
    let render = Renderer::new(&revision, Options::default()).render(&directory).map_err(said)?;
    let printed: Result<Vec<String>, _> =
        render.resources.iter().map(|manifest| gate::yaml::emit(&manifest.node)).collect();
    let printed = printed.map_err(said)?;
    for text in &printed {
        assert_eq!(read(text).len(), 1, "what was printed cannot be read:\n{text}");
    }
    Ok(printed)
}

/// A patch is merged into an object or refused, and what comes of it can be printed and read.
pub(crate) fn merge(data: &[u8]) {
    let Ok(content) = std::str::from_utf8(data) else { return };
    let (object, patch) = content.split_once(CUT).unwrap_or((content, ""));
    let (Some(mut object), Some(patch)) = (read(object).into_iter().next(), read(patch).into_iter().next()) else {
        return;
    };
    let mut effects = Effects::default();
    if gate::kustomize::merge(&mut object, &patch, &Schema::builtin(), &mut effects).is_ok()
        && let Ok(printed) = gate::yaml::emit(&object)
    {
        assert_eq!(read(&printed).len(), usize::from(!object.is_null()), "it cannot be read:\n{printed}");
    }
}
