//! Generators: lists, directories and files of the repository, and their combinations.

use serde_json::Value as Json;

use super::git;
use super::params::{MOST, Params};
use super::template::Template;
use crate::pointer::fields;
use crate::source::{Problem, Reason, Revision};
use crate::yaml::{Dialect, Node, Text, parse_first};

/// Generators within each other at most.
const DEEPEST: usize = 4;

/// What evaluates the generators of a set.
pub(super) struct Generators<'a> {
    pub(super) revision: &'a Revision,
    pub(super) template: &'a Template,
}

/// What a generator makes: parameters, and the template of its own that they are for.
pub(super) struct Made {
    pub(super) params: Params,
    pub(super) template: Option<Node>,
}

impl Generators<'_> {
    /// What a generator makes. One inside a matrix is filled in with the parameters `given` by the one before it.
    pub(super) fn evaluate(&self, generator: &Node, given: Option<&Params>) -> Result<Vec<Made>, Problem> {
        self.within(generator, given, 0)
    }

    fn within(&self, generator: &Node, given: Option<&Params>, depth: usize) -> Result<Vec<Made>, Problem> {
        let filled = given.map(|given| self.interpolated(generator, given)).transpose()?;
        let generator = filled.as_ref().unwrap_or(generator);
        let kinds = generator.as_map().into_iter().flat_map(|map| map.iter());
        let mut kinds = kinds.filter(|entry| &*entry.key.text != "selector" && !entry.value.is_null());
        let (Some(kind), None) = (kinds.next(), kinds.next()) else {
            return Err(Problem::new("a generator of an ApplicationSet is of one kind")
                .at(generator.origin.span)
                .hint("write one of `list`, `git`, `matrix` and `merge`"));
        };
        if depth > DEEPEST {
            return Err(Problem::new("generators are too deep within each other")
                .at(kind.key.span)
                .reason(Reason::Limit)
                .hint("combine fewer generators"));
        }
        let spec = &kind.value;
        let mut params = match &*kind.key.text {
            "list" => self.list(spec)?,
            "git" => git::params(self.revision, spec, self.template)?,
            "matrix" => self.matrix(spec, depth)?,
            "merge" => self.merge(spec, depth)?,
            name => {
                return Err(Problem::new(format!(
                    "the generator `{name}` cannot be evaluated: what it makes is not in the repository"
                ))
                .at(kind.key.span)
                .reason(Reason::Remote)
                .hint("`list`, `git`, `matrix` and `merge` can be"));
            }
        };
        if let Some(selector) = fields::value(generator, &["selector"]) {
            let mut kept = Vec::new();
            for one in params {
                if selects(selector, &one)? {
                    kept.push(one);
                }
            }
            params = kept;
        }
        let template = fields::value(spec, &["template"]).cloned();
        Ok(params.into_iter().map(|params| Made { params, template: template.clone() }).collect())
    }

    /// A generator with the parameters of the one before it. Its own template is filled in later.
    fn interpolated(&self, generator: &Node, given: &Params) -> Result<Node, Problem> {
        let filling = self.template.with(given);
        let mut filled = generator.clone();
        for entry in filled.as_map_mut().into_iter().flat_map(|map| map.iter_mut()) {
            for field in entry.value.as_map_mut().into_iter().flat_map(|map| map.iter_mut()) {
                if !matches!(&*field.key.text, "template" | "values") {
                    field.value = filling.node(&field.value)?;
                }
            }
        }
        Ok(filled)
    }

    fn list(&self, spec: &Node) -> Result<Vec<Params>, Problem> {
        let mut elements = fields::list(spec, &["elements"])?.to_vec();
        if let Some(text) = fields::text(spec, &["elementsYaml"])? {
            let read = parse_first(&Text::loose(text.as_str().unwrap_or_default()), Dialect::Config)?;
            elements.extend(read.as_ref().and_then(Node::as_seq).unwrap_or_default().to_vec());
        }
        elements.iter().map(|element| self.element(element)).collect()
    }

    /// An element of a list. Without Go's templates its values are strings, and those of `values` are laid beside them.
    fn element(&self, element: &Node) -> Result<Params, Problem> {
        let Json::Object(object) = element.to_json() else {
            return Err(Problem::new("an element of a list generator is a map").at(element.origin.span));
        };
        if self.template.is_go {
            return Ok(object);
        }
        let mut params = Params::new();
        for (key, value) in object {
            match value {
                Json::String(_) => drop(params.insert(key, value)),
                Json::Object(values) if key == "values" => {
                    params.extend(values.into_iter().map(|(key, value)| (format!("values.{key}"), value)));
                }
                _ => {
                    let span = element.get(&key).and_then(|node| node.origin.span).or(element.origin.span);
                    return Err(Problem::new(format!("`{key}` of a list generator should be a string"))
                        .at(span)
                        .hint("put it in quotes, or set `goTemplate: true`"));
                }
            }
        }
        Ok(params)
    }

    /// Every set of the first generator with every set that the second makes of it.
    fn matrix(&self, spec: &Node, depth: usize) -> Result<Vec<Params>, Problem> {
        let [first, second] = fields::list(spec, &["generators"])? else {
            return Err(Problem::new("a matrix has two generators")
                .at(spec.origin.span)
                .hint("put one matrix into another for more"));
        };
        let mut combined = Vec::new();
        for one in self.within(first, None, depth + 1)? {
            for other in self.within(second, Some(&one.params), depth + 1)? {
                combined.push(self.together(&one.params, other.params, spec)?);
                if combined.len() > MOST {
                    return Err(Problem::new(format!("the matrix makes more than {MOST} sets of parameters"))
                        .at(spec.origin.span)
                        .reason(Reason::Limit)
                        .hint("divide it"));
                }
            }
        }
        Ok(combined)
    }

    fn together(&self, first: &Params, second: Params, spec: &Node) -> Result<Params, Problem> {
        let mut params = second;
        for (key, value) in first {
            match params.get_mut(key) {
                Some(known) if self.template.is_go => lay_over(known, value),
                Some(known) if known != value => {
                    return Err(Problem::new(format!("both generators of the matrix give `{key}`, and differ"))
                        .at(spec.origin.span)
                        .hint("name them apart, with `pathParamPrefix` for paths"));
                }
                Some(_) => {}
                None => drop(params.insert(key.clone(), value.clone())),
            }
        }
        Ok(params)
    }

    /// The sets of the first generator, with what the others say of those that have the same keys.
    fn merge(&self, spec: &Node, depth: usize) -> Result<Vec<Params>, Problem> {
        let keys: Vec<&str> = fields::texts(spec, &["mergeKeys"])?.iter().filter_map(Node::as_str).collect();
        let (Some((first, others)), false) = (fields::list(spec, &["generators"])?.split_first(), keys.is_empty())
        else {
            return Err(Problem::new("a merge has `mergeKeys` and at least two generators").at(spec.origin.span));
        };
        let key_of = |params: &Params| -> Vec<Json> {
            keys.iter().map(|key| params.get(*key).cloned().unwrap_or_default()).collect()
        };
        let mut base: Vec<(Vec<Json>, Params)> = Vec::new();
        for made in self.within(first, None, depth + 1)? {
            let key = key_of(&made.params);
            once(&base, &key, first)?;
            base.push((key, made.params));
        }
        for other in others {
            let mut seen: Vec<(Vec<Json>, Params)> = Vec::new();
            for made in self.within(other, None, depth + 1)? {
                let key = key_of(&made.params);
                once(&seen, &key, other)?;
                if let Some((_, known)) = base.iter_mut().find(|(known, _)| *known == key) {
                    for (name, value) in &made.params {
                        match known.get_mut(name) {
                            Some(known) if self.template.is_go => lay_over(known, value),
                            _ => drop(known.insert(name.clone(), value.clone())),
                        }
                    }
                }
                seen.push((key, made.params));
            }
        }
        Ok(base.into_iter().map(|(_, params)| params).collect())
    }
}

/// Refuses a set whose keys another one has.
fn once(seen: &[(Vec<Json>, Params)], key: &[Json], generator: &Node) -> Result<(), Problem> {
    if seen.iter().all(|(known, _)| known != key) {
        return Ok(());
    }
    let key: Vec<String> = key.iter().map(Json::to_string).collect();
    Err(Problem::new(format!("a generator of the merge has two sets with the keys {}", key.join(", ")))
        .at(generator.origin.span)
        .hint("add a key that tells them apart to `mergeKeys`"))
}

/// Lays a value over another: in maps what it does not have stays.
fn lay_over(known: &mut Json, value: &Json) {
    match (known, value) {
        (Json::Object(known), Json::Object(value)) => {
            for (key, value) in value {
                match known.get_mut(key) {
                    Some(known) => lay_over(known, value),
                    None => drop(known.insert(key.clone(), value.clone())),
                }
            }
        }
        (known, value) => *known = value.clone(),
    }
}

/// Whether a selector of labels takes a set of parameters, in which maps are laid flat.
fn selects(selector: &Node, params: &Params) -> Result<bool, Problem> {
    let flat = git::flat(&Json::Object(params.clone()));
    let has = |key: &str| flat.iter().find(|(name, _)| name == key).map(|(_, value)| value.as_str());
    let labels = fields::pairs(selector, &["matchLabels"])?;
    if !labels.iter().all(|(key, value)| has(key) == value.as_str()) {
        return Ok(false);
    }
    for expression in fields::list(selector, &["matchExpressions"])? {
        let text =
            |name: &str| fields::text(expression, &[name]).map(|node| node.and_then(Node::as_str).unwrap_or_default());
        let (key, operator) = (text("key")?, text("operator")?);
        let values: Vec<&str> = fields::texts(expression, &["values"])?.iter().filter_map(Node::as_str).collect();
        let found = has(key);
        let fits = match operator {
            "In" => found.is_some_and(|found| values.contains(&found)),
            "NotIn" => found.is_none_or(|found| !values.contains(&found)),
            "Exists" => found.is_some(),
            "DoesNotExist" => found.is_none(),
            _ => {
                return Err(Problem::new(format!("`{operator}` is no operator of a selector"))
                    .at(expression.origin.span)
                    .hint("write `In`, `NotIn`, `Exists` or `DoesNotExist`"));
            }
        };
        if !fits {
            return Ok(false);
        }
    }
    Ok(true)
}
