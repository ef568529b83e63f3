//! `images`: name, tag and digest of container images (docs/kustomize.md, "Images and replicas").

use crate::kustomize::fieldspec::{self, Create, FieldSpec};
use crate::kustomize::kustomization::Image;
use crate::kustomize::pattern::ImageName;
use crate::kustomize::resource::Resource;
use crate::kustomize::unseen::UnseenPart;
use crate::source::{Problem, Reason, Span};
use crate::yaml::{Cause, Node, Origin, Value};

/// Changes every image that an entry matches. What that loses or repeats unasked is told to `quirks`, and where it
/// matches none, unless it may be for one of the parts that are `unseen`.
pub(in crate::kustomize) fn apply(
    resources: &mut [Resource],
    image: &Image,
    specs: &[FieldSpec],
    unseen: Option<&mut Vec<UnseenPart>>,
    quirks: &mut Vec<Problem>,
) -> Result<(), Problem> {
    let Some(pattern) = ImageName::new(&image.name) else {
        return Err(
            Problem::new(format!("`{}` is no valid expression for an image name", &*image.name)).at(image.name.span)
        );
    };
    let mut change = Change { image, pattern, matched: false };
    let origin = Origin::new(change.span(), Cause::Images);
    for resource in resources.iter_mut().filter(|resource| &*resource.kind() != "CustomResourceDefinition") {
        change.in_containers(&mut resource.node, quirks);
        // The second pass changes most images again, which shows with `tagSuffix` only.
        for spec in specs {
            fieldspec::visit(&mut resource.node, spec, Create::Nothing, &origin, &mut |field| {
                if field.as_scalar().is_none() {
                    return Err(Problem::new("an image should be a single value").at(field.origin.span));
                }
                change.set(field, quirks);
                Ok(())
            })?;
        }
    }
    if change.matched || change.span().is_none() {
        return Ok(());
    }
    if let Some(unseen) = unseen {
        unseen.push(UnseenPart::image(image));
    } else {
        quirks.push(
            Problem::new(format!(
                "no image here is called `{}`, so this entry of `images` changes nothing",
                &*image.name
            ))
            .at(image.name.span)
            .reason(Reason::Unmatched)
            // One that is edited and still matches nothing is a promotion that does nothing.
            .key(entry_text(image))
            .hint("`name` is the image as the resources have it, without tag and digest, renamed by bases already"),
        );
    }
    Ok(())
}

/// All that an entry says.
fn entry_text(image: &Image) -> String {
    let Image { name, new_name, tag_suffix, new_tag, digest, .. } = image;
    [name, new_name, new_tag, tag_suffix, digest].map(|text| text.to_string()).join(" ")
}

struct Change<'a> {
    image: &'a Image,
    pattern: ImageName,
    /// Whether an image matched.
    matched: bool,
}

impl Change<'_> {
    /// The text that says most about the result; `None` where nothing is asked for.
    fn span(&self) -> Option<Span> {
        let image = self.image;
        let said = [&image.digest, &image.new_tag, &image.tag_suffix, &image.new_name];
        said.into_iter().find(|text| !text.is_empty()).and_then(|text| text.span.or(image.span))
    }

    /// Looks for `containers` and `initContainers` at any depth.
    fn in_containers(&mut self, node: &mut Node, quirks: &mut Vec<Problem>) {
        match &mut node.value {
            Value::Map(map) => {
                for entry in map.iter_mut() {
                    self.in_containers(&mut entry.value, quirks);
                    if !matches!(&*entry.key.text, "containers" | "initContainers") {
                        continue;
                    }
                    for container in entry.value.as_seq_mut().into_iter().flatten() {
                        if let Some(field) = container.get_mut("image") {
                            self.set(field, quirks);
                        }
                    }
                }
            }
            Value::Seq(items) => items.iter_mut().for_each(|item| self.in_containers(item, quirks)),
            Value::Scalar(_) => {}
        }
    }

    fn set(&mut self, field: &mut Node, quirks: &mut Vec<Problem>) {
        let Some(scalar) = field.as_scalar() else { return };
        if !self.pattern.fits(&scalar.text) {
            return;
        }
        self.matched = true;
        let new = scalar.with_text(self.changed(&scalar.text));
        let span = self.span();
        let is_own = field.origin.cause == Cause::Images && field.origin.span == span;
        quirks.extend(self.quirk(is_own, &scalar.text, &new.text));
        if span.is_none() || (is_own && *scalar == new) {
            // The entry asks for nothing, or the second pass finds what the first did.
            field.value = Value::Scalar(new);
        } else {
            field.overwrite_scalar(new, span, Cause::Images);
        }
    }

    /// What the change of an image does that its entry does not say. `again` where the entry changed it before.
    fn quirk(&self, again: bool, old: &str, new: &str) -> Option<Problem> {
        let image = self.image;
        let (_, _, digest) = split(old);
        if !digest.is_empty() && !image.new_tag.is_empty() && image.digest.is_empty() {
            return Some(
                Problem::new(format!("`newTag` drops the digest that the image had: it becomes `{new}`"))
                    .at(image.new_tag.span)
                    .key(format!("`newTag` drops the digest of `{}`", &*image.name))
                    .hint("set `digest` beside `newTag`"),
            );
        }
        (again && old != new && !image.tag_suffix.is_empty()).then(|| {
            Problem::new(format!("`tagSuffix` is appended twice: the image becomes `{new}`"))
                .at(image.tag_suffix.span)
                .key(format!("`tagSuffix` is appended twice to `{}`", &*image.name))
                .hint("write the whole tag as `newTag`")
        })
    }

    fn changed(&self, old: &str) -> String {
        let image = self.image;
        let (name, tag, digest) = split(old);
        let name = if image.new_name.is_empty() { name } else { &*image.new_name };
        let (tag, digest) = match (image.new_tag.is_empty(), image.digest.is_empty()) {
            (false, false) => (image.new_tag.to_string(), &*image.digest),
            // A new tag drops the digest, a new digest the tag.
            (false, true) => (image.new_tag.to_string(), ""),
            (true, false) => (String::new(), &*image.digest),
            (true, true) if !image.tag_suffix.is_empty() => (format!("{tag}{}", &*image.tag_suffix), ""),
            (true, true) => (tag.to_owned(), digest),
        };
        let mut new = name.to_owned();
        if !tag.is_empty() {
            new.push(':');
            new.push_str(&tag);
        }
        if !digest.is_empty() {
            new.push('@');
            new.push_str(digest);
        }
        new
    }
}

/// Divides an image at its tag and digest. A colon before the first slash belongs to the host's port.
fn split(image: &str) -> (&str, &str, &str) {
    let start = image.find('/').unwrap_or(0);
    let (body, digest) = match image.get(start..).and_then(|rest| rest.find('@')) {
        Some(at) => (image.get(..start + at).unwrap_or(image), image.get(start + at + 1..).unwrap_or_default()),
        None => (image, ""),
    };
    match body.get(start..).and_then(|rest| rest.find(':')) {
        Some(at) => (body.get(..start + at).unwrap_or(body), body.get(start + at + 1..).unwrap_or_default(), digest),
        None => (body, "", digest),
    }
}
