//! One block of METADATA as rules see it: OPA's fields, those that are empty left out (`v1/ast/parser.go`).

use crate::policy::comments::Comments;
use crate::policy::engine::Data;
use crate::policy::engine::Source;
use crate::source::Problem;
use crate::yaml::{Decoded, Dialect, Node, Scalar, Tag, Text, parse_first};

/// A block that was read.
pub(super) struct Block {
    /// The scope, where one is written.
    pub(super) scope: Option<String>,
    pub(super) entrypoint: bool,
    fields: Vec<(&'static str, Data)>,
}

impl Block {
    /// Reads a block; `None` for one that is indented, which for OPA is none.
    ///
    /// # Errors
    /// Where a field has another type than it should.
    pub(super) fn read(source: &Source, comments: &Comments<'_>) -> Result<Option<Self>, Problem> {
        let is_flush =
            |at: usize| source.text.get(..at).is_some_and(|before| before.is_empty() || before.ends_with('\n'));
        if !is_flush(comments.at) {
            return Ok(None);
        }
        let lines = comments.lines.iter().take_while(|line| is_flush(line.start - 1));
        let lines: Vec<&str> = lines.map(|line| line.text.strip_prefix(' ').unwrap_or(line.text)).collect();
        let text = lines.join("\n");
        if text.trim().is_empty() {
            return Err(Problem::new("this METADATA says nothing"));
        }
        let node = parse_first(&Text::loose(&text), Dialect::Resource)
            .map_err(|problem| Problem::new(format!("malformed METADATA: {}", problem.message())))?;
        let node = node.unwrap_or_else(|| Node::empty_map(crate::yaml::Origin::default()));
        Self::of(&node).map(Some).map_err(|what| Problem::new(format!("malformed METADATA: {what}")))
    }

    fn of(block: &Node) -> Result<Self, String> {
        if block.as_map().is_none() && !block.is_null() {
            return Err("it has no fields".to_owned());
        }
        let entrypoint = match field(block, "entrypoint") {
            None => false,
            Some(value) => boolean(value).ok_or("`entrypoint` must be `true` or `false`")?,
        };
        let mut fields = Vec::new();
        for name in ["title", "description"] {
            fields.extend(text(block, name)?.map(|text| (name, Data::from(text))));
        }
        if entrypoint {
            fields.push(("entrypoint", Data::from(true)));
        }
        let mut lists: Vec<(&str, Vec<Data>)> = Vec::new();
        let organizations = list(block, "organizations")?.iter().filter(|item| !item.is_null());
        let organizations = organizations.map(|item| item.text().map(Data::from));
        let organizations: Option<Vec<Data>> = organizations.collect();
        lists.push(("organizations", organizations.ok_or("`organizations` must be a list of names")?));
        let authors = list(block, "authors")?.iter().map(author).collect::<Option<_>>();
        lists.push(("authors", authors.ok_or("`authors` are texts, or have a `name` or an `email`")?));
        let resources = list(block, "related_resources")?.iter().map(resource).collect::<Option<_>>();
        lists.push(("related_resources", resources.ok_or("`related_resources` are addresses, or have one as `ref`")?));
        let schemas = list(block, "schemas")?.iter().map(schema).collect::<Option<_>>();
        lists.push(("schemas", schemas.ok_or("`schemas` map a reference to a schema or to `schema.name`")?));
        fields.extend(
            lists.into_iter().filter(|(_, list)| !list.is_empty()).map(|(name, list)| (name, Data::array(list))),
        );
        for name in ["custom", "labels"] {
            let Some(value) = field(block, name) else { continue };
            let map = value.as_map().filter(|map| map.iter().all(|entry| has_text_keys(&entry.value)));
            if !map.ok_or_else(|| format!("`{name}` must be an object, its keys text"))?.is_empty() {
                fields.push((name, Data::node(value)));
            }
        }
        Ok(Self { scope: text(block, "scope")?.map(str::to_owned), entrypoint, fields })
    }

    /// What rules see where the block has that scope.
    pub(super) fn value(self, scope: &str) -> Data {
        Data::object([("scope", Data::from(scope))].into_iter().chain(self.fields))
    }
}

fn field<'a>(node: &'a Node, name: &str) -> Option<&'a Node> {
    node.get(name).filter(|value| !value.is_null())
}

/// A text that is not empty; a number or a boolean as it is written.
fn text<'a>(node: &'a Node, name: &str) -> Result<Option<&'a str>, String> {
    let Some(value) = field(node, name) else { return Ok(None) };
    let text = value.text().ok_or_else(|| format!("`{name}` must be text"))?;
    Ok(Some(text).filter(|text| !text.is_empty()))
}

fn list<'a>(node: &'a Node, name: &str) -> Result<&'a [Node], String> {
    let Some(value) = field(node, name) else { return Ok(&[]) };
    value.as_seq().ok_or_else(|| format!("`{name}` must be a list"))
}

/// A boolean, `yes` and `no` without quotes included.
fn boolean(node: &Node) -> Option<bool> {
    let scalar = node.as_scalar().filter(|scalar| !scalar.quoted)?;
    let tag = Tag::of_plain(&scalar.text, Dialect::Config);
    match (tag, (Scalar { tag, ..scalar.clone() }).decode()) {
        (Tag::Bool, Decoded::Bool(value)) => Some(value),
        _ => None,
    }
}

fn has_text_keys(node: &Node) -> bool {
    match (node.as_map(), node.as_seq()) {
        (Some(map), _) => map.iter().all(|entry| entry.key.tag == Tag::Str && has_text_keys(&entry.value)),
        (_, Some(items)) => items.iter().all(has_text_keys),
        _ => true,
    }
}

/// The texts among the fields of an object, less the space around them.
fn trimmed<'a>(node: &'a Node, name: &str) -> &'a str {
    field(node, name).and_then(Node::as_str).unwrap_or_default().trim()
}

/// An object of those texts that are not empty.
fn texts<const N: usize>(texts: [(&'static str, &str); N]) -> Data {
    Data::object(texts.into_iter().filter(|(_, text)| !text.is_empty()).map(|(name, text)| (name, Data::from(text))))
}

/// An author: an object, or a text whose last word may be an address, as in `Jane Doe <jane@example.com>`.
fn author(node: &Node) -> Option<Data> {
    let Some(text) = node.as_str() else {
        node.as_map()?;
        let (name, email) = (trimmed(node, "name"), trimmed(node, "email"));
        return (!name.is_empty() || !email.is_empty()).then(|| texts([("name", name), ("email", email)]));
    };
    let mut words: Vec<&str> = text.split_whitespace().collect();
    let email = words.last()?.strip_prefix('<').and_then(|last| last.strip_suffix('>'));
    if email.is_some() {
        words.pop();
    }
    Some(texts([("name", &words.join(" ")), ("email", email.unwrap_or_default())]))
}

/// A related resource: an address, or an object that has one.
fn resource(node: &Node) -> Option<Data> {
    let (address, description) = match node.as_str() {
        Some(address) => (address, ""),
        None => (trimmed(node, "ref"), trimmed(node, "description")),
    };
    (!address.is_empty()).then(|| texts([("ref", address), ("description", description)]))
}

/// What a document looks like: a schema, or where that is.
fn schema(node: &Node) -> Option<Data> {
    let [entry] = node.as_map()?.iter().as_slice() else { return None };
    let value = match entry.value.as_str() {
        Some(text) => ("schema", reference(text)?),
        None => ("definition", entry.value.as_map().map(|_| Data::node(&entry.value))?),
    };
    Some(Data::object([("path", reference(&entry.key.text)?), value]))
}

/// The steps of a reference such as `data.teams["a-b"]`.
fn reference(text: &str) -> Option<Data> {
    let mut steps = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        if let Some(quoted) = rest.strip_prefix('[') {
            let (step, after) = quoted.split_once(']')?;
            steps.push(serde_json::from_str::<String>(step).ok()?);
            rest = after;
            continue;
        }
        let word = if steps.is_empty() { rest } else { rest.strip_prefix('.')? };
        let end = word.find(['.', '[']).unwrap_or(word.len());
        let (step, after) = word.split_at_checked(end).filter(|(step, _)| !step.is_empty())?;
        steps.push(step.to_owned());
        rest = after;
    }
    Some(Data::array(steps.into_iter().map(Data::from)))
}
