//! What kustomize does silently is told at the line that brings it about, and findings are made of it.

#![expect(clippy::unwrap_used, reason = "tests")]

use std::sync::Arc;

use gate::kustomize::{Options, Renderer};
use gate::source::{DiskTree, Files, RepoPath, Revision};

#[test]
fn every_quirk_is_told_at_its_line() {
    let files = Arc::new(Files::default());
    let revision = Revision::new(DiskTree::new("testdata/quirks").unwrap(), files.clone());
    let render = Renderer::new(&revision, Options::default()).render(&RepoPath::new("overlay").unwrap()).unwrap();
    let told = render.quirks.iter().map(|quirk| {
        let at = files.location(quirk.span().unwrap());
        format!("{}:{}:{}: {quirk}\n  {}\n", at.path, at.line, at.column, quirk.hint_text().unwrap_or_default())
    });
    insta::assert_snapshot!(told.collect::<String>());
}
