use gate::kustomize::{Options, Renderer};
use gate::source::*;
use rayon::prelude::*;
use std::sync::Arc;
fn walk(r: &Revision, d: &RepoPath, out: &mut Vec<RepoPath>) {
    for e in r.list(d).unwrap().iter() {
        if e.kind == Kind::Directory {
            walk(r, &d.child(&e.name), out)
        } else if e.name == "kustomization.yaml" && d.as_str().contains("overlays") {
            out.push(d.clone())
        }
    }
}
fn main() {
    let root = std::env::args().nth(1).unwrap();
    let t = std::time::Instant::now();
    let rev = Revision::new(DiskTree::new(root).unwrap(), Arc::new(Files::default()));
    let mut dirs = vec![];
    walk(&rev, &RepoPath::root(), &mut dirs);
    println!("walk {:?} {}", t.elapsed(), dirs.len());
    let r = Renderer::new(&rev, Options::default());
    let n: usize = dirs.par_iter().map(|d| r.render(d).unwrap().resources.len()).sum();
    println!("render {:?} {n}", t.elapsed());
}
