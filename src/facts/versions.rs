//! What is promoted by version and is no image: charts, Git and OCI references, operators.

use super::place::At;
use super::walk;
use crate::kustomize::{Address, Manifest};
use crate::yaml::{Map, Node, Path, Segment};

/// A version that something in a render names.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Version {
    /// What it is a version of.
    pub what: What,
    /// The chart, the repository's address, the operator.
    pub name: String,
    /// The repository that a chart comes from, where it is named.
    pub source: Option<String>,
    /// The version, range, tag, branch or commit; `None` where it is left to the other side.
    pub version: Option<String>,
    /// The text that a promotion would change.
    pub at: At,
}

/// What a version is of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum What {
    /// A Helm chart.
    Chart,
    /// A Git repository.
    GitRef,
    /// An artifact of an OCI registry.
    OciRef,
    /// An operator of the Operator Lifecycle Manager.
    Operator,
    /// A file at an address.
    RemoteFile,
}

/// The versions of a render, in its order.
#[must_use]
pub fn versions(environment: &str, resources: &[Manifest]) -> Vec<Version> {
    let mut versions = Vec::new();
    for manifest in resources {
        let mut found = Found { environment, resources, manifest, versions: &mut versions };
        match (manifest.kind(), manifest.group()) {
            ("HelmRelease", _) => {
                found.one(What::Chart, &["spec", "chart", "spec"], "chart", &["version"]);
                found.comes_from(found.referred(&["spec", "chart", "spec", "sourceRef"]));
            }
            ("HelmChart", "source.toolkit.fluxcd.io") => {
                found.one(What::Chart, &["spec"], "chart", &["version"]);
                found.comes_from(found.referred(&["spec", "sourceRef"]));
            }
            ("HelmChart", "helm.cattle.io") => {
                found.one(What::Chart, &["spec"], "chart", &["version"]);
                found.comes_from(walk::text(&manifest.node, &["spec", "repo"]).map(Address::repository));
            }
            // The order in which Flux's source controller takes them.
            ("GitRepository", "source.toolkit.fluxcd.io") => {
                found.reference(What::GitRef, &["commit", "name", "semver", "tag", "branch"]);
            }
            ("OCIRepository", "source.toolkit.fluxcd.io") => {
                found.reference(What::OciRef, &["digest", "semver", "tag"]);
            }
            ("Application" | "ApplicationSet", "argoproj.io") => {
                walk::maps(manifest, &mut |path, map| found.argo_source(path, map));
            }
            ("Subscription", "operators.coreos.com") => {
                found.one(What::Operator, &["spec"], "name", &["startingCSV", "channel"]);
            }
            ("Secret", "") | ("CustomResourceDefinition", _) => continue,
            _ => {}
        }
        found.git_addresses();
    }
    versions
}

struct Found<'a> {
    environment: &'a str,
    resources: &'a [Manifest],
    manifest: &'a Manifest,
    versions: &'a mut Vec<Version>,
}

impl Found<'_> {
    fn add(&mut self, what: What, name: &str, version: Option<&str>, path: Path) {
        let at = At::new(self.environment, self.manifest, path);
        let (name, version) = (name.to_owned(), version.map(str::to_owned));
        self.versions.push(Version { what, name, source: None, version, at });
    }

    /// Says where the chart comes from that was found last.
    fn comes_from(&mut self, source: Option<String>) {
        if let Some(last) = self.versions.last_mut().filter(|last| last.what == What::Chart) {
            last.source = source;
        }
    }

    /// The address of the source that a reference is to; where that is none of the render, its kind and name.
    fn referred(&self, path: &[&str]) -> Option<String> {
        let reference = self.manifest.node.at(path)?;
        let (kind, name) = (walk::text(reference, &["kind"])?, walk::text(reference, &["name"])?);
        let namespace = walk::text(reference, &["namespace"]).or(self.manifest.namespace());
        let is_it = |one: &&Manifest| {
            (one.kind(), one.name(), one.group()) == (kind, name, "source.toolkit.fluxcd.io")
                && (one.namespace() == namespace || one.namespace().is_none())
        };
        let url = self.resources.iter().find(is_it).and_then(|source| walk::text(&source.node, &["spec", "url"]));
        Some(url.map_or_else(|| format!("{kind}/{name}"), Address::repository))
    }

    /// A version beside a name in the map at `start`; the first of `keys` that is set counts.
    fn one(&mut self, what: What, start: &[&str], name: &str, keys: &[&str]) {
        let manifest = self.manifest;
        let Some(map) = manifest.node.at(start) else { return };
        let Some(name) = walk::text(map, &[name]) else { return };
        let key = keys.iter().find(|key| walk::text(map, &[key]).is_some());
        let path = start.iter().chain(key.or(keys.first())).map(|key| Segment::from(*key)).collect();
        self.add(what, name, key.and_then(|key| walk::text(map, &[key])), path);
    }

    /// `spec.ref` of a Flux source; the first of `keys` that is set counts.
    fn reference(&mut self, what: What, keys: &[&str]) {
        let manifest = self.manifest;
        let Some(url) = walk::text(&manifest.node, &["spec", "url"]) else { return };
        let set = keys.iter().find_map(|key| Some((*key, walk::text(&manifest.node, &["spec", "ref", key])?)));
        let path = ["spec", "ref"].into_iter().chain(set.map(|(key, _)| key)).map(Segment::from).collect();
        self.add(what, url, set.map(|(_, version)| version), path);
    }

    /// A `source` of an Argo CD Application, or one of its `sources`.
    fn argo_source(&mut self, path: &Path, map: &Map) {
        let Some(repository) = map.get("repoURL").and_then(Node::text) else { return };
        // The generators of an ApplicationSet call it otherwise.
        let key = if map.get("revision").is_some() { "revision" } else { "targetRevision" };
        let version = map.get(key).and_then(Node::text).filter(|text| !text.is_empty());
        let path = path.join([key.into()]);
        match map.get("chart").and_then(Node::text) {
            Some(chart) => {
                self.add(What::Chart, chart, version, path);
                self.comes_from(Some(Address::repository(repository)));
            }
            None => self.add(What::GitRef, repository, version, path),
        }
    }

    /// Addresses with a reference in their query, as kustomize and Terraform write them:
    /// `https://host/repository//directory?ref=v1`.
    fn git_addresses(&mut self) {
        let manifest = self.manifest;
        manifest.node.leaves(&mut |path, leaf| {
            let Some((address, query)) = leaf.text().and_then(|text| text.split_once('?')) else { return };
            let version = query.split('&').find_map(|parameter| parameter.strip_prefix("ref="));
            let one_word = |text: &str| !text.is_empty() && !text.contains(char::is_whitespace);
            if let Some(version) =
                version.filter(|version| one_word(version) && one_word(address) && address.contains('/'))
            {
                self.add(What::GitRef, address, Some(version), path.clone());
            }
        });
    }
}
