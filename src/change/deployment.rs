//! What an app runs in one environment and cluster: what it is on head, and what it was on the base revision.

use super::rendered::Rendered;
use super::renderers::Tense;
use crate::kustomize::{Manifest, Render, UnseenPart};
use crate::repo::Overlay;
use crate::source::Problem;

/// What head makes of an overlay.
pub enum Is {
    /// It renders.
    Rendered(Render),
    /// It cannot be rendered, for this reason.
    Unrenderable(Problem),
    /// The change takes it away.
    Gone,
}

/// What the base revision made of it.
pub enum Was {
    /// There is no base revision: the tree is judged by itself.
    NoBase,
    /// The base has no such overlay.
    New,
    /// The base cannot render it, for this reason.
    Unrenderable(Problem),
    /// It rendered to the same as on head.
    Same,
    /// It rendered to the same resources as head, from other source text: this render knows where its own is.
    Alike(Render),
    /// It rendered to this.
    Changed(Render),
}

impl Was {
    /// The word for it, as policies read it.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::NoBase => "no-base",
            Self::New => "new",
            Self::Unrenderable(_) => "unrenderable",
            Self::Same | Self::Alike(_) => "same",
            Self::Changed(_) => "changed",
        }
    }
}

/// An app in one environment and cluster.
pub struct Deployment<'a> {
    /// Where it is.
    pub overlay: &'a Overlay,
    /// The names of its environment.
    pub words: Vec<String>,
    /// What it is.
    pub is: Is,
    /// What it was.
    pub was: Was,
    /// Whether the change touches anything that it is, or would be, rendered from.
    pub touched: bool,
}

impl Deployment<'_> {
    /// What is rendered on that side; nothing where the change takes it away now. `None` where that side cannot be
    /// rendered, has no such overlay, or is not there.
    #[must_use]
    pub fn rendered(&self, tense: Tense) -> Option<Rendered<'_>> {
        let render = self.render(tense);
        let (resources, unseen): (&[Manifest], &[UnseenPart]) = match render {
            Some(render) => (&render.resources, &render.unseen),
            None if tense == Tense::Now && self.is_gone() => (&[], &[]),
            None => return None,
        };
        Some(Rendered {
            environment: &self.overlay.environment,
            cluster: self.overlay.cluster.as_deref(),
            words: &self.words,
            resources,
            unseen,
        })
    }

    /// The whole render on that side, quirks and inputs included.
    #[must_use]
    pub fn render(&self, tense: Tense) -> Option<&Render> {
        match (tense, &self.is, &self.was) {
            (Tense::Now, Is::Rendered(render), _)
            | (Tense::Before, Is::Rendered(render), Was::Same)
            | (Tense::Before, _, Was::Alike(render) | Was::Changed(render)) => Some(render),
            _ => None,
        }
    }

    /// Whether the change alters what runs here, or may do so where the base cannot be rendered to tell.
    #[must_use]
    pub fn is_changed(&self) -> bool {
        match (&self.is, &self.was) {
            (_, Was::NoBase | Was::Same | Was::Alike(_)) => false,
            (_, Was::Unrenderable(_)) => self.touched,
            (_, Was::New | Was::Changed(_)) => true,
        }
    }

    /// Whether head cannot render it and the change has no part in that: the base cannot render it either, and nothing
    /// that it is made of differs.
    #[must_use]
    pub fn was_broken(&self) -> bool {
        matches!((&self.is, &self.was), (Is::Unrenderable(_), Was::Unrenderable(_))) && !self.touched
    }

    /// Whether the change takes it away.
    #[must_use]
    pub fn is_gone(&self) -> bool {
        matches!(self.is, Is::Gone)
    }
}
