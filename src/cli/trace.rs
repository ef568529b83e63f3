//! `gate trace`: which texts set a value, from the last to the first.

use clap::{Args, ValueEnum};

use super::exit::Exit;
use super::failure::Failure;
use super::workspace::{ConfigFile, Workspace};
use crate::finding::Masks;
use crate::kustomize::{Manifest, Parts, Render, ResourceName};
use crate::pointer::Builder;
use crate::report::{self, Console};
use crate::schema::nearest;
use crate::source::Problem;
use crate::trace::trace;
use crate::yaml::{LostPath, Node, Path, Segment, Value};

/// Show which texts set a value of a rendered resource: the last one and all that it overrode
#[derive(Debug, Args)]
pub(super) struct Arguments {
    /// A directory with a kustomization, or an app and its environment as in `payments/production`
    #[arg(value_name = "DIR|APP/ENV")]
    target: String,

    /// The resource as `KIND/NAME` or `NAMESPACE/KIND/NAME`; a generated name may go without its hash
    #[arg(value_name = "[NAMESPACE/]KIND/NAME")]
    resource: String,

    /// The field, as findings write it: `spec.template.spec.containers[name=app].image`
    #[arg(value_name = "FIELD", default_value = "")]
    field: String,

    /// How to print it
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Form,

    #[command(flatten)]
    config: ConfigFile,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Form {
    /// The lines of each text
    Human,
    /// `{resource, field, values: [{field, value, steps}]}`
    Json,
}

impl Arguments {
    pub(super) fn run(&self, console: &mut Console<'_>) -> Result<Exit, Failure> {
        let out = &mut console.out;
        let (workspace, applied) = Workspace::of_overlay(&self.target, &self.config)?;
        let render = Builder::new(&workspace.revision, Parts::Seen)
            .render(&applied)
            .map_err(|problem| workspace.failure(vec![problem]))?;
        let mut masks = Masks::of(workspace.revision.files());
        render.resources.iter().for_each(|manifest| masks.add(manifest));
        let manifest = self.manifest(&render)?;
        let path = Path::find(&self.field, &manifest.node, |list, key, value| removed_item(manifest, list, key, value));
        let path = path.map_err(|lost| self.lost(manifest, &lost))?;
        let Some(found) = trace(manifest, &path, workspace.revision.files(), &masks) else {
            return Err(self.lost(manifest, &nowhere(&path, &manifest.node)).into());
        };
        out.hide(masks);
        match self.format {
            Form::Human => out.text(&report::trace::human(&found, workspace.prefix()))?,
            Form::Json => out.json(&found)?,
        }
        Ok(Exit::Passed)
    }

    /// The resource that is named.
    fn manifest<'r>(&self, render: &'r Render) -> Result<&'r Manifest, Problem> {
        let all = || render.resources.iter().map(|manifest| (manifest, TypedNames::of(manifest)));
        let is_whole = |(_, names): &(&Manifest, TypedNames)| names.whole.eq_ignore_ascii_case(&self.resource);
        let mut found: Vec<_> = all().filter(|(_, names)| names.are(&self.resource)).collect();
        if found.is_empty() {
            found = all().filter(|(_, names)| names.are_generated_from(&self.resource)).collect();
        } else if self.resource.matches('/').count() > 1 {
            found.retain(is_whole);
        }
        match found.as_slice() {
            [(manifest, _)] => return Ok(*manifest),
            [] => {}
            several => {
                let whole: Vec<&str> = several.iter().map(|(_, names)| names.whole.as_str()).collect();
                let problem = Problem::new(format!("`{}` names several resources", self.resource));
                return Err(problem.hint(format!("name one of these: `{}`", whole.join("`, `"))));
            }
        }
        let known: Vec<String> = all().map(|(_, names)| names.short).collect();
        let hint = match nearest(&self.resource, known.iter().map(String::as_str)) {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => "nothing is rendered here at all".to_owned(),
            None => format!("there are: {}", known.join(", ")),
        };
        Err(Problem::new(format!("nothing rendered here is called `{}`", self.resource)).hint(hint))
    }

    /// Says where the field leads nowhere, and what there is instead.
    fn lost(&self, manifest: &Manifest, lost: &LostPath) -> Problem {
        let node = manifest.node.follow(&lost.known);
        let keys: Vec<&str> = match node.map(|node| &node.value) {
            Some(Value::Map(map)) => map.iter().map(|entry| &*entry.key.text).collect(),
            _ => Vec::new(),
        };
        let place = lost.known.describe(&manifest.node);
        let place = if place.is_empty() { format!("`{}`", self.resource) } else { format!("`{place}`") };
        let problem = Problem::new(format!("there is no `{}` in {place}", lost.rest));
        match nearest(&lost.rest, keys.iter().copied()) {
            Some(near) => problem.hint(format!("did you mean `{near}`?")),
            None if !keys.is_empty() => problem.hint(format!("it has: {}", keys.join(", "))),
            None => problem.hint("write fields as findings do: `spec.template.spec.containers[name=app].image`"),
        }
    }
}

/// The names by which a resource can be given on the command line.
struct TypedNames {
    /// `KIND/NAME`.
    short: String,
    /// `NAMESPACE/KIND/NAME`; without a namespace it starts with the slash.
    whole: String,
}

impl TypedNames {
    fn of(manifest: &Manifest) -> Self {
        let short = ResourceName::of(manifest).to_string();
        let whole = format!("{}/{short}", manifest.namespace().unwrap_or_default());
        Self { short, whole }
    }

    fn are(&self, typed: &str) -> bool {
        [&self.short, &self.whole].iter().any(|name| name.eq_ignore_ascii_case(typed))
    }

    /// Whether one of them is `typed` followed by a generator's hash.
    fn are_generated_from(&self, typed: &str) -> bool {
        let stem = format!("{}-", typed.to_lowercase());
        [&self.short, &self.whole].iter().any(|name| {
            name.to_lowercase().strip_prefix(&stem).is_some_and(|hash| hash.len() == 10 && !hash.contains('-'))
        })
    }
}

/// The index that an item had which a patch took away.
fn removed_item(manifest: &Manifest, list: &Path, key: &str, value: &str) -> Option<usize> {
    manifest.removed.iter().rev().find_map(|removal| match removal.path.split_last() {
        Some((Segment::Index(index), before)) if before == list.as_slice() => {
            (removal.value.get(key).and_then(Node::text) == Some(value)).then_some(*index)
        }
        _ => None,
    })
}

/// Where a path that exists nowhere ends.
fn nowhere(path: &Path, root: &Node) -> LostPath {
    let known = (0..path.len()).rev().map(|length| path.iter().take(length).cloned().collect::<Path>());
    let known = known.into_iter().find(|known| root.follow(known).is_some()).unwrap_or_default();
    let rest: Path = path.iter().skip(known.len()).take(1).cloned().collect();
    LostPath { known, rest: rest.to_string() }
}
