//! Keeps templates within bounds: how large a value may be, how much one text may say, and how much all texts of a set may
//! do together. Every function that a template calls has its arguments weighed, and every body of a loop, a branch or a
//! named template is counted, as its tree is rewritten before it runs: no function and no form of a loop gets around that.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use gotmpl::parse::{ActionNode, BranchNode, CommandNode, Expr, ListNode, Node, Number, PipeNode, Pos};
use gotmpl::{Result, TemplateError, Value};

/// Bytes that a value, or a text that is filled in, may have.
pub(super) const LARGEST: usize = 1 << 20;

/// What a set may do in all, in bytes that are looked at or written and in steps.
const MOST: u64 = 1 << 27;

/// Lists and maps in one another.
const DEEPEST: usize = 100;

/// What a step costs: as much as looking at so many bytes.
const STEP: usize = 32;

/// What a value weighs beside its text.
const WEIGHT: usize = 16;

/// The function that weighs an argument and hands it on.
const WEIGHED: &str = "_weighed";

/// The function that counts the steps of a body.
const COUNTED: &str = "_counted";

/// What the templates of a set have done so far.
#[derive(Debug, Clone, Default)]
pub(super) struct Meter(Arc<AtomicU64>);

impl Meter {
    /// Takes note of what is done.
    pub(super) fn charge(&self, cost: usize) -> Result<()> {
        let cost = u64::try_from(cost).unwrap_or(u64::MAX);
        let before = self.0.fetch_add(cost.min(MOST), Ordering::Relaxed);
        if before.saturating_add(cost) > MOST {
            return Err(TemplateError::Exec("the templates of this set take too many steps".to_owned()));
        }
        Ok(())
    }

    /// Weighs a value.
    pub(super) fn weigh(&self, value: &Value) -> Result<()> {
        let mut left = LARGEST;
        weigh(value, DEEPEST, &mut left)?;
        self.charge(LARGEST - left)
    }

    /// A template whose every step is watched.
    pub(super) fn watch(&self, mut template: gotmpl::Template) -> gotmpl::Template {
        let names: Vec<String> = template.templates().into_iter().map(str::to_owned).collect();
        for name in names {
            if let Some(tree) = template.lookup(&name) {
                let mut tree = tree.clone();
                list(&mut tree);
                template = template.add_parse_tree(&name, tree);
            }
        }
        let (weighed, counted) = (self.clone(), self.clone());
        template
            .func(WEIGHED, move |arguments: &[Value]| {
                let value = arguments.first().cloned().unwrap_or(Value::Nil);
                weighed.weigh(&value)?;
                Ok(value)
            })
            .func(COUNTED, move |arguments: &[Value]| {
                let steps = arguments.first().and_then(Value::as_int).and_then(|steps| usize::try_from(steps).ok());
                counted.charge(steps.unwrap_or(usize::MAX).saturating_mul(STEP))?;
                Ok("".into())
            })
    }
}

/// That something is larger than it may be.
pub(super) fn too_large() -> TemplateError {
    TemplateError::Exec(format!("a value is larger than {LARGEST} bytes"))
}

/// Whether something of that size may be made.
pub(super) fn fits(size: usize) -> Result<()> {
    if size > LARGEST { Err(too_large()) } else { Ok(()) }
}

fn weigh(value: &Value, depth: usize, left: &mut usize) -> Result<()> {
    let mut take = |size: usize| -> Result<()> {
        *left = left.checked_sub(size).ok_or_else(too_large)?;
        Ok(())
    };
    take(WEIGHT)?;
    let below = || depth.checked_sub(1).ok_or_else(|| TemplateError::Exec("a value is nested too deep".to_owned()));
    match value {
        Value::String(text) => take(text.len()),
        Value::List(items) => {
            let depth = below()?;
            items.iter().try_for_each(|item| weigh(item, depth, left))
        }
        Value::Map(entries) => {
            let depth = below()?;
            entries.iter().try_for_each(|(key, value)| {
                *left = left.checked_sub(key.len()).ok_or_else(too_large)?;
                weigh(value, depth, left)
            })
        }
        _ => Ok(()),
    }
}

/// What a template writes, as far as it may.
pub(super) struct Output<'m> {
    /// The text so far.
    pub(super) text: String,
    /// Why it was stopped.
    pub(super) fault: Option<TemplateError>,
    meter: &'m Meter,
}

impl<'m> Output<'m> {
    pub(super) fn new(meter: &'m Meter) -> Self {
        Self { text: String::new(), fault: None, meter }
    }

    /// Adds to the text.
    pub(super) fn push(&mut self, text: &str) -> Result<()> {
        if self.text.len() + text.len() > LARGEST {
            return Err(TemplateError::Exec(format!("it says more than {LARGEST} bytes")));
        }
        self.meter.charge(text.len())?;
        self.text.push_str(text);
        Ok(())
    }
}

impl fmt::Write for Output<'_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        self.push(text).map_err(|fault| {
            self.fault = Some(fault);
            fmt::Error
        })
    }
}

/// Has the steps of a body counted, each time that it is gone through.
fn list(body: &mut ListNode) {
    let mut steps = 1;
    for node in &mut body.nodes {
        steps += match node {
            Node::Action(action) => pipe(&mut action.pipe),
            Node::If(inner) | Node::With(inner) | Node::Range(inner) => branch(inner),
            Node::Template(template) => template.pipe.as_mut().map_or(1, pipe),
            Node::List(inner) => {
                list(inner);
                1
            }
            Node::Define(define) => {
                list(&mut define.body);
                1
            }
            Node::Text(_) | Node::Break(_) | Node::Continue(_) => 1,
        };
    }
    let count = Expr::Number(body.pos, Number::Int(i64::try_from(steps).unwrap_or(i64::MAX)));
    let pipe = called(body.pos, COUNTED, Some(count));
    body.nodes.insert(0, Node::Action(ActionNode { pos: body.pos, pipe }));
}

fn branch(branch: &mut BranchNode) -> usize {
    list(&mut branch.body);
    branch.else_body.iter_mut().for_each(list);
    pipe(&mut branch.pipe)
}

/// Has weighed what functions are given, and what is handed from one to the next; says how many steps that takes.
fn pipe(pipe: &mut PipeNode) -> usize {
    let mut steps = 1;
    let commands = std::mem::take(&mut pipe.commands);
    for (index, mut command) in commands.into_iter().enumerate() {
        if index > 0 {
            pipe.commands.append(&mut called(command.pos, WEIGHED, None).commands);
        }
        for (index, argument) in command.args.iter_mut().enumerate() {
            steps += expression(argument);
            if index > 0 {
                let (pos, inner) = (command.pos, std::mem::replace(argument, Expr::Nil(command.pos)));
                *argument = Expr::Pipe(pos, called(pos, WEIGHED, Some(inner)));
            }
        }
        pipe.commands.push(command);
    }
    steps
}

fn expression(expression: &mut Expr) -> usize {
    match expression {
        Expr::Pipe(_, inner) => pipe(inner),
        Expr::Chain(_, inner, fields) => self::expression(inner) + fields.len(),
        Expr::Field(_, fields) | Expr::Variable(_, _, fields) => 1 + fields.len(),
        _ => 1,
    }
}

/// A call of a function.
fn called(pos: Pos, function: &str, argument: Option<Expr>) -> PipeNode {
    let args = std::iter::once(Expr::Identifier(pos, function.into())).chain(argument).collect();
    PipeNode { pos, decl: Vec::new(), commands: vec![CommandNode { pos, args }], is_assign: false }
}
