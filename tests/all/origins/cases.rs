//! The origin of every leaf of small overlays, one for each thing that can set a value.
//!
//! `testdata/origins/CASE/overlay` is rendered. `CASE/rendered.yaml` is what kustomize 5.8.1 prints for it;
//! `CASE.snap` holds each leaf with the text that set it, what it replaced, newest first, and what was taken
//! away.

use std::fmt::Write;
use std::path::Path;
use std::sync::Arc;

use gate::kustomize::{Options, Renderer};
use gate::source::{DiskTree, Files, RepoPath, Revision, Span};
use gate::yaml::{self, Cause, Scalar};

#[test]
fn each_kind_of_text_is_the_origin_of_what_it_sets() {
    let mut cases: Vec<_> = std::fs::read_dir("testdata/origins").unwrap().map(|case| case.unwrap().path()).collect();
    cases.retain(|case| case.is_dir());
    cases.sort();
    assert!(!cases.is_empty());
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path("../../../testdata/origins");
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    for case in cases {
        let (rendered, origins) = describe(&case);
        assert_eq!(rendered, std::fs::read_to_string(case.join("rendered.yaml")).unwrap(), "{}", case.display());
        settings.bind(|| insta::assert_snapshot!(case.file_name().unwrap().to_str().unwrap(), origins));
    }
}

/// What a case renders, and where it comes from.
fn describe(case: &Path) -> (String, String) {
    let files = Arc::new(Files::default());
    let revision = Revision::new(DiskTree::new(case).unwrap(), files.clone());
    let render = Renderer::new(&revision, Options::default()).render(&RepoPath::new("overlay").unwrap()).unwrap();
    let (mut documents, mut origins) = (Vec::new(), String::new());
    for manifest in &render.resources {
        documents.push(yaml::emit(&manifest.node).unwrap());
        writeln!(origins, "{} {}", manifest.kind(), manifest.name()).unwrap();
        manifest.node.leaves(&mut |path, leaf| {
            let origin = &leaf.origin;
            writeln!(origins, "  {path}: {}", set(leaf.as_scalar(), origin.cause, origin.span, &files)).unwrap();
            for older in origin.chain() {
                let origin = &older.origin;
                let older = set(older.value.as_ref(), origin.cause, origin.span, &files);
                writeln!(origins, "    over {older}").unwrap();
            }
        });
        for removal in &manifest.removed {
            let (value, origin) = (&removal.value, &removal.value.origin);
            let was = set(value.as_scalar(), origin.cause, origin.span, &files);
            writeln!(origins, "  removed {}: {was}\n    by {}", removal.path, place(removal.by, &files)).unwrap();
        }
    }
    (documents.join("---\n"), origins)
}

/// A value and the text that set it.
fn set(scalar: Option<&Scalar>, cause: Cause, span: Option<Span>, files: &Files) -> String {
    let value = scalar.map_or("-", |scalar| &scalar.text);
    format!("{value:?} by {}, {}", cause.word(), place(span, files))
}

/// A place and the text there.
fn place(span: Option<Span>, files: &Files) -> String {
    let Some(span) = span else { return "nowhere".to_owned() };
    let (at, text) = (files.location(span), files.text(span).unwrap());
    let (first, more) = text.split_once('\n').map_or((text.as_str(), ""), |(first, _)| (first, " ..."));
    format!("{}:{}:{} `{first}`{more}", at.path, at.line, at.column)
}
