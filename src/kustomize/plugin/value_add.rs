//! `ValueAddTransformer`: one value into fields of many objects, or into the paths that they hold.

use super::open::open;
use crate::kustomize::decode::{Fields, Mode, Text, wrong_type};
use crate::kustomize::fieldspec::split_path;
use crate::kustomize::folding;
use crate::kustomize::limits;
use crate::kustomize::load::Loader;
use crate::kustomize::resource::Resource;
use crate::kustomize::selector::Selector;
use crate::kustomize::transform::namespace::{Setting, Subjects};
use crate::source::Problem;
use crate::yaml::{self, Cause, Decoded, Dialect, Key, Node, Origin, Scalar, Value};

/// A value and where it goes.
pub(super) struct ValueAdd {
    value: Text,
    targets: Vec<Target>,
}

/// Where the value goes.
struct Target {
    /// The objects; all where there is none.
    selector: Option<Selector>,
    path: Text,
    /// Where in the path that the field holds, from 1; 0 puts the value in its place.
    position: usize,
}

impl ValueAdd {
    /// Reads the configuration.
    ///
    /// # Errors
    /// When a field has the wrong type, or there is no target.
    pub(super) fn decode(fields: &mut Fields<'_>, loader: &Loader<'_>) -> Result<Self, Problem> {
        let span = fields.span();
        let mut value = fields.text("value")?.unwrap_or_default();
        value.text = value.text.trim().into();
        if value.is_empty() {
            // kustomize takes the name of the directory, and that of a repository is no part of it.
            let root = loader.root();
            if root.is_root() {
                return Err(Problem::new("the plugin has no `value`").at(span));
            }
            value = Text { text: root.file_name().into(), span };
        }
        let mut targets = fields.maps("targets", "an entry of `targets`", target)?;
        if let Some(path) = fields.text("targetFilePath")?.filter(|path| !path.is_empty()) {
            let content = loader.read_text(&path)?;
            if let Some(root) = yaml::parse_first(&content.yaml(), Dialect::Config)? {
                targets.extend(open(&folding::once(&root), Mode::Coercing)?.maps(
                    "targets",
                    "an entry of `targets`",
                    target,
                )?);
            }
        }
        if targets.is_empty() {
            return Err(Problem::new("the plugin has no `targets`").at(span));
        }
        Ok(Self { value, targets })
    }

    /// Sets the fields.
    ///
    /// # Errors
    /// When a path leads nowhere.
    pub(super) fn apply(&self, resources: &mut [Resource]) -> Result<(), Problem> {
        for target in &self.targets {
            let selected =
                |resource: &&mut Resource| target.selector.as_ref().is_none_or(|selector| selector.selects(resource));
            for resource in resources.iter_mut().filter(selected) {
                if &*target.path == "metadata/namespace" {
                    let subjects = Subjects::default();
                    Setting { namespace: &self.value, specs: &[], subjects, unset_only: false }.write(resource)?;
                } else {
                    self.set(&mut resource.node, target)?;
                }
            }
        }
        Ok(())
    }

    fn set(&self, object: &mut Node, target: &Target) -> Result<(), Problem> {
        let path: Vec<String> = split_path(&target.path)
            .into_iter()
            .map(|part| part.trim().to_owned())
            .filter(|part| !part.is_empty())
            .collect();
        limits::path(path.len(), None, target.path.span)?;
        let origin = Origin::new(self.value.span, Cause::Plugin);
        let said = Origin::new(target.path.span, Cause::Plugin);
        let field = walk(object, &path, &origin, &said).map_err(|problem| problem.via(target.path.span))?;
        let Some(field) = field else { return Ok(()) };
        let Some(old) = field.as_scalar() else {
            return Err(wrong_type(field, &target.path, "a single value").via(target.path.span));
        };
        let text = match target.position.checked_sub(1) {
            None => self.value.to_string(),
            Some(position) => insert_part(&old.text, position, &self.value),
        };
        let new = old.with_text(text);
        field.overwrite_scalar(new, self.value.span, Cause::Plugin);
        Ok(())
    }
}

fn target(fields: &mut Fields<'_>) -> Result<Target, Problem> {
    let path = fields.text("fieldPath")?.unwrap_or_default();
    if path.is_empty() {
        return Err(Problem::new("a target has no `fieldPath`").at(fields.span()));
    }
    let position = match fields.node("filePathPosition") {
        None => 0,
        Some(node) => match node.as_scalar().map(Scalar::decode) {
            Some(Decoded::Int(position)) if position >= 0 => usize::try_from(position).unwrap_or(usize::MAX),
            _ => return Err(wrong_type(node, "filePathPosition", "a whole number of at least 0")),
        },
    };
    Ok(Target { selector: fields.node("selector").map(Selector::decode).transpose()?, path, position })
}

/// Follows a path and makes what is missing but for items of lists named by number; `None` where it ends
/// in the middle: at a null, or at an item that is not there. `origin` is that of what is made, `said` that of
/// what the path says of an item that is made.
fn walk<'a>(
    node: &'a mut Node,
    path: &[String],
    origin: &Origin,
    said: &Origin,
) -> Result<Option<&'a mut Node>, Problem> {
    let Some((part, rest)) = path.split_first() else { return Ok(Some(node)) };
    if node.is_null() {
        return Ok(None);
    }
    if part == "*" || part.parse::<i64>().is_ok_and(i64::is_negative) {
        return Err(Problem::new(format!("`{part}` cannot be a part of this path")).at(origin.span));
    }
    let number = if part == "-" { Some(None) } else { part.parse::<usize>().ok().map(Some) };
    let pair = part.strip_prefix('[').and_then(|part| part.strip_suffix(']'));
    let child = match (number, pair) {
        (Some(number), _) => {
            let items = list(node, part)?;
            let at = number.unwrap_or_else(|| items.len().saturating_sub(1));
            match items.get_mut(at) {
                Some(item) => item,
                None => return Ok(None),
            }
        }
        (None, Some(pair)) => {
            let Some((key, value)) = pair.split_once('=') else {
                return Err(Problem::new(format!("`{part}` should be `[key=value]`")).at(origin.span));
            };
            match item(list(node, part)?, key, value, said) {
                Some(item) => item,
                None => return Ok(None),
            }
        }
        (None, None) => {
            let span = node.origin.span;
            let Some(map) = node.as_map_mut() else {
                return Err(Problem::new(format!("there is no field `{part}` here: this is no map")).at(span));
            };
            if map.get(part).is_none() {
                map.push(Key::new(part.as_str(), origin.span), empty(rest.first(), origin));
            }
            match map.get_mut(part) {
                Some(child) => child,
                None => return Ok(None),
            }
        }
    };
    walk(child, rest, origin, said)
}

fn list<'a>(node: &'a mut Node, part: &str) -> Result<&'a mut Vec<Node>, Problem> {
    let span = node.origin.span;
    node.as_seq_mut().ok_or_else(|| Problem::new(format!("there is no item `{part}` here: this is no list")).at(span))
}

/// The item that is `value`, or whose field `key` is; made where there is none.
fn item<'a>(items: &'a mut Vec<Node>, key: &str, value: &str, origin: &Origin) -> Option<&'a mut Node> {
    let is_it = |item: &Node| {
        match key {
            "" => item.as_scalar(),
            key => item.get(key).and_then(Node::as_scalar),
        }
        .is_some_and(|scalar| &*scalar.text == value)
    };
    let at = items.iter().position(is_it).unwrap_or(items.len());
    if at == items.len() {
        let mut new = Node::new(Value::Scalar(Scalar::plain(value)), origin.clone());
        if !key.is_empty() {
            let mut map = Node::empty_map(origin.clone());
            map.as_map_mut()?.push(Key::new(key, origin.span), new);
            new = map;
        }
        items.push(new);
    }
    items.get_mut(at)
}

/// What is made for a field: what the next part of the path leads into.
fn empty(next: Option<&String>, origin: &Origin) -> Node {
    let is_item = |part: &str| part.starts_with('[') && part.ends_with(']') || part.parse::<usize>().is_ok();
    match next {
        None => Node::new(Value::Scalar(Scalar::plain("")), origin.clone()),
        Some(part) if is_item(part) => Node::new(Value::Seq(Vec::new()), origin.clone()),
        Some(_) => Node::empty_map(origin.clone()),
    }
}

/// Puts `part` before the `position`th part of a file path, or behind the last. A path that starts at the
/// root keeps doing so.
fn insert_part(path: &str, position: usize, part: &str) -> String {
    let absolute = path.starts_with('/');
    let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    parts.insert(position.min(parts.len()), part);
    format!("{}{}", if absolute { "/" } else { "" }, parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::insert_part;

    /// The examples of kustomize's documentation of `filePathPosition`, from 0 here.
    #[test]
    fn a_part_goes_into_a_path() {
        for (old, position, new) in [
            ("", 0, "PEACH"),
            ("/", 0, "/PEACH"),
            ("pie", 0, "PEACH/pie"),
            ("/pie", 0, "/PEACH/pie"),
            ("raw", 1, "raw/PEACH"),
            ("/raw", 1, "/raw/PEACH"),
            ("a/nice/warm/pie", 3, "a/nice/warm/PEACH/pie"),
            ("/a/nice/warm/pie", 3, "/a/nice/warm/PEACH/pie"),
            ("/a/b", 9999, "/a/b/PEACH"),
        ] {
            assert_eq!(insert_part(old, position, "PEACH"), new);
        }
    }
}
