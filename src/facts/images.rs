//! The images that a render would run, wherever they are named.

use super::place::At;
use super::walk::{self, CONTAINER_LISTS};
use crate::kustomize::{Manifest, UnseenPart};
use crate::repo::ImageRef;
use crate::yaml::{Map, Node, Path, Segment};

/// An image that something in a render names.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Image {
    /// The reference as written; put together where the parts are written apart.
    pub image: String,
    /// Registry and path in their normal form: `docker.io/library/nginx`. `None` where invalid.
    pub repository: Option<String>,
    /// The tag.
    pub tag: Option<String>,
    /// The digest.
    pub digest: Option<String>,
    /// Whether the reference is one.
    pub valid: bool,
    /// Why it is not.
    pub problem: Option<String>,
    /// The name of the container; `None` outside containers.
    pub container: Option<String>,
    /// The list that holds the container; outside containers, the field that holds the image.
    pub containers_field: String,
    /// The container's `resources`.
    pub resources: Option<serde_json::Value>,
    /// The kind of the object.
    pub kind: String,
    /// The text that a promotion would change.
    pub at: At,
}

/// The images of a render, in its order.
#[must_use]
pub fn images(environment: &str, resources: &[Manifest]) -> Vec<Image> {
    let mut images = Vec::new();
    for manifest in resources {
        let mut found = Found { environment, manifest, images: &mut images };
        let custom = is_custom(manifest);
        walk::maps(manifest, &mut |path, map| {
            found.containers(path, map);
            if custom && !is_container(path) {
                found.custom(path, map);
            }
        });
        match (manifest.kind(), manifest.group()) {
            ("HelmRelease", _) => found.values(&["spec", "values"]),
            ("Kustomization", "kustomize.toolkit.fluxcd.io") => found.flux_overrides(),
            ("Application" | "ApplicationSet", "argoproj.io") => {
                walk::maps(manifest, &mut |path, map| found.argo_overrides(path, map));
            }
            _ => {}
        }
    }
    images
}

impl Image {
    /// An image that is set in a part that cannot be seen: no container is known that runs it.
    pub(super) fn set(part: &UnseenPart, at: At) -> Self {
        let version = part.version.as_deref().unwrap_or_default();
        let image = match version {
            "" => part.name.clone(),
            digest if digest.contains(':') => format!("{}@{digest}", part.name),
            tag => format!("{}:{tag}", part.name),
        };
        Self::named(image, "images", None, "Kustomization", at)
    }

    fn named(image: String, field: &str, container: Option<&Map>, kind: &str, at: At) -> Self {
        let parsed = ImageRef::parse(&image);
        let problem = parsed.as_ref().err().map(ToString::to_string);
        let (repository, tag, digest) = match parsed {
            Ok(parsed) => (Some(parsed.repository()), parsed.tag, parsed.digest),
            Err(_) => (None, None, None),
        };
        Self {
            image,
            repository,
            tag,
            digest,
            valid: problem.is_none(),
            problem,
            container: container.and_then(|container| container.get("name")?.text()).map(str::to_owned),
            containers_field: field.to_owned(),
            resources: container.and_then(|container| container.get("resources")).map(Node::to_json),
            kind: kind.to_owned(),
            at,
        }
    }
}

/// The fields of custom resources that operators run what they name: workflows and pipelines, monitoring, databases.
const CUSTOM_FIELDS: [&str; 2] = ["image", "imageName"];

/// Whether a manifest is of a kind that no part of Kubernetes itself knows, and is not about images that others run.
fn is_custom(manifest: &Manifest) -> bool {
    let group = manifest.group();
    let is_builtin = !group.contains('.') || group.ends_with(".k8s.io");
    !is_builtin && group != "argocd-image-updater.argoproj.io"
}

/// Whether a path leads to an item of a list of containers.
fn is_container(path: &Path) -> bool {
    match path.iter().rev().take(2).collect::<Vec<_>>().as_slice() {
        [Segment::Index(_), Segment::Key(list)] => CONTAINER_LISTS.contains(&&**list),
        _ => false,
    }
}

struct Found<'a> {
    environment: &'a str,
    manifest: &'a Manifest,
    images: &'a mut Vec<Image>,
}

impl Found<'_> {
    fn add(&mut self, image: String, field: &str, path: Path, container: Option<&Map>) {
        let at = At::new(self.environment, self.manifest, path);
        self.images.push(Image::named(image, field, container, self.manifest.kind(), at));
    }

    fn containers(&mut self, path: &Path, map: &Map) {
        // A volume may be an image, which the containers read and run.
        for (index, item) in walk::items(map, "volumes") {
            if let Some(image) = walk::text(item, &["image", "reference"]) {
                let at = path.join([Segment::from("volumes"), index.into(), "image".into(), "reference".into()]);
                self.add(image.to_owned(), "volumes", at, None);
            }
        }
        for field in CONTAINER_LISTS {
            for (index, item) in walk::items(map, field) {
                let Some(container) = item.as_map() else { continue };
                let Some(image) = container.get("image").and_then(Node::text) else { continue };
                let at = path.join([Segment::from(*field), index.into(), "image".into()]);
                self.add(image.to_owned(), field, at, Some(container));
            }
        }
    }

    /// Images of custom resources, in fields that are called like that. What names no version may be anything: a picture,
    /// a name for people.
    fn custom(&mut self, path: &Path, map: &Map) {
        for field in CUSTOM_FIELDS {
            let Some(image) = map.get(field).and_then(Node::as_str) else { continue };
            let names_version = |image: ImageRef| image.tag.is_some() || image.digest.is_some();
            if ImageRef::parse(image).is_ok_and(names_version) {
                self.add(image.to_owned(), field, path.join([Segment::from(field)]), None);
            }
        }
    }

    /// Images in the values of a chart: maps with a `repository` and a `tag` or `digest`.
    fn values(&mut self, start: &[&str]) {
        let Some(values) = self.manifest.node.at(start) else { return };
        let path: Path = start.iter().map(|key| Segment::from(*key)).collect();
        self.value(values, &path);
    }

    fn value(&mut self, node: &Node, path: &Path) {
        if let Some(items) = node.as_seq() {
            for (index, item) in items.iter().enumerate() {
                self.value(item, &path.join([index.into()]));
            }
        }
        let Some(map) = node.as_map() else { return };
        let part = |key: &str| walk::text(node, &[key]);
        if let Some(repository) = part("repository")
            && let Some(at) = ["digest", "tag"].into_iter().find(|key| part(key).is_some())
        {
            let registry = part("registry").map(|registry| format!("{registry}/")).unwrap_or_default();
            let tag = part("tag").map(|tag| format!(":{tag}")).unwrap_or_default();
            let digest = part("digest").map(|digest| format!("@{digest}")).unwrap_or_default();
            let image = format!("{registry}{repository}{tag}{digest}");
            self.add(image, "values", path.join([at.into()]), None);
        }
        for entry in map.iter() {
            self.value(&entry.value, &path.join([Segment::Key(entry.key.text.clone())]));
        }
    }

    /// `spec.images` of a Flux Kustomization, which go over what the repository's own kustomizations say.
    fn flux_overrides(&mut self) {
        let Some(spec) = self.manifest.node.get("spec").and_then(Node::as_map) else { return };
        for (index, item) in walk::items(spec, "images") {
            let part = |key: &str| walk::text(item, &[key]);
            let Some(name) = part("newName").or(part("name")) else { continue };
            let Some(at) = ["digest", "newTag", "newName"].into_iter().find(|key| part(key).is_some()) else {
                continue;
            };
            // As in kustomize, a digest goes over a tag.
            let version = match (part("digest"), part("newTag")) {
                (Some(digest), _) => format!("@{digest}"),
                (None, Some(tag)) => format!(":{tag}"),
                (None, None) => String::new(),
            };
            let path = [Segment::from("spec"), "images".into(), index.into(), at.into()].into_iter().collect();
            self.add(format!("{name}{version}"), "images", path, None);
        }
    }

    /// `source.kustomize.images` of an Argo CD Application: `name=new:tag` or `new:tag`.
    fn argo_overrides(&mut self, path: &Path, map: &Map) {
        if !matches!(path.last(), Some(Segment::Key(key)) if &**key == "kustomize") {
            return;
        }
        for (index, item) in walk::items(map, "images") {
            let Some(text) = item.text() else { continue };
            let image = text.split_once('=').map_or(text, |(_, image)| image);
            self.add(image.to_owned(), "images", path.join([Segment::from("images"), index.into()]), None);
        }
    }
}
