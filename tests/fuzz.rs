//! What the fuzzer found, held against what must hold, without a fuzzer.
#![expect(clippy::unwrap_used, reason = "tests")]

use std::path::Path;

#[path = "../fuzz/targets.rs"]
#[expect(clippy::expect_used, reason = "tests")]
mod targets;

fn replay(name: &str, target: fn(&[u8])) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/corpus").join(name);
    let mut seen = 0;
    for entry in std::fs::read_dir(corpus).unwrap() {
        target(&std::fs::read(entry.unwrap().path()).unwrap());
        seen += 1;
    }
    assert!(seen > 5, "the corpus of {name} is not where it was");
}

#[test]
fn parse() {
    replay("parse", targets::parse);
}

#[test]
fn emit() {
    replay("emit", targets::emit);
}

#[test]
fn render() {
    replay("render", targets::render);
}

#[test]
fn json6902() {
    replay("json6902", targets::json6902);
}

#[test]
fn merge() {
    replay("merge", targets::merge);
}
