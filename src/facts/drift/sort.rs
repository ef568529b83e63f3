//! Sorts differences into classes.
//!
//! The classes and what is usual come from 282 pairs of staging and production renders of 33 public
//! repositories: names, hosts and identifiers always differ, production is larger in nine of ten
//! numbers, and what exists on one side only is mostly forgotten.

use std::cell::OnceCell;
use std::collections::{BTreeSet, HashSet};

use super::class::Class;
use super::field::Field;
use super::settings::{self, Difference};
use super::text::{is_address, without_identifiers};
use crate::change::Rendered;
use crate::diff::{Change, ChangeKind, Names, without_hash};
use crate::facts::images::images;
use crate::kustomize::{Manifest, ResourceName};
use crate::yaml::Path;

/// Knows both environments.
pub(super) struct Judge<'a> {
    names: &'a Names<'a>,
    lower_generated: HashSet<&'a str>,
    upper_generated: HashSet<&'a str>,
    lower: Rendered<'a>,
    upper: Rendered<'a>,
    /// Where images are that are judged as such.
    images: OnceCell<BTreeSet<(ResourceName, Path)>>,
}

impl<'a> Judge<'a> {
    pub(super) fn new(lower: &Rendered<'a>, upper: &Rendered<'a>, names: &'a Names<'a>) -> Self {
        let generated = |resources: &'a [Manifest]| {
            let generated = resources.iter().filter(|manifest| without_hash(manifest) != manifest.name());
            generated.map(Manifest::name).collect()
        };
        Self {
            names,
            lower_generated: generated(lower.resources),
            upper_generated: generated(upper.resources),
            lower: *lower,
            upper: *upper,
            images: OnceCell::new(),
        }
    }

    /// Whether a field is, or holds, or belongs to an image that policies see as one: others would be judged by nobody.
    fn is_judged_image(&self, field: &Field<'_>) -> bool {
        let images = self.images.get_or_init(|| {
            let of = |rendered: &Rendered<'_>| images(rendered.environment, rendered.resources);
            let all = of(&self.lower).into_iter().chain(of(&self.upper));
            all.map(|image| (image.at.resource, image.at.path)).collect()
        });
        let change = field.change;
        let side = if change.kind == ChangeKind::OnlyLower { change.pair.lower } else { change.pair.upper };
        let (Some(manifest), Some((_, holder))) = (side, change.path().split_last()) else { return false };
        let holder: Path = holder.iter().cloned().collect();
        let from = (ResourceName::of(manifest), holder);
        let (resource, holder) = &from;
        let within = images.range(&from..).take_while(|(name, path)| name == resource && path.starts_with(holder));
        let beside = |path: &Path| path.len() == holder.len() + 1 || path.starts_with(change.path());
        within.map(|(_, path)| path).any(beside)
    }

    /// The class of a difference and whether it is usual; `None` where the two are the same but for names.
    pub(super) fn class(&self, change: &Change<'_>) -> Option<(Class, bool)> {
        if change.nominal {
            return None;
        }
        if change.is_whole_resource() {
            return Some(whole(change));
        }
        let field = Field::new(change);
        if field.is_name(self.names) {
            return None;
        }
        let class =
            field.by_place(|| self.is_judged_image(&field)).or_else(|| self.by_text(&field)).or_else(|| field.by_key());
        match class.unwrap_or((Class::Other, false)) {
            // A value that may differ must still not be the other environment's.
            (class, true) if field.is_open() && self.names_lower_only(&field) => {
                Some((if class == Class::Image { class } else { Class::WrongEnvironment }, false))
            }
            (Class::Setting, _) => self.setting(&field),
            class => Some(class),
        }
    }

    fn names_lower_only(&self, field: &Field<'_>) -> bool {
        field.upper().is_some_and(|text| self.names.names_lower(text) && !self.names.names_upper(text))
    }

    /// What the texts themselves say, wherever they stand.
    fn by_text(&self, field: &Field<'_>) -> Option<(Class, bool)> {
        let (lower, upper) = match (field.lower(), field.upper()) {
            (Some(lower), Some(upper)) => (lower, upper),
            // One more host in a list of hosts.
            (Some(text), None) | (None, Some(text)) if field.is_item && is_address(text) => {
                return Some((Class::Host, true));
            }
            _ => return None,
        };
        if self.lower_generated.contains(lower) || self.upper_generated.contains(upper) {
            return Some((if field.refers() { Class::Reference } else { Class::GeneratedName }, false));
        }
        if is_address(lower) && is_address(upper) {
            return Some((Class::Host, true));
        }
        let arns = lower.starts_with("arn:") && upper.starts_with("arn:");
        if arns || self.names.same(&without_identifiers(lower), &without_identifiers(upper)) {
            return Some((Class::Identifier, true));
        }
        None
    }

    /// A setting's value may differ; that one side has no such setting is seldom meant.
    fn setting(&self, field: &Field<'_>) -> Option<(Class, bool)> {
        let (Some(lower), Some(upper)) = (field.lower(), field.upper()) else {
            return Some((Class::Setting, field.change.kind == ChangeKind::Changed));
        };
        match settings::compare(self.names, lower, upper) {
            Difference::Nothing => None,
            Difference::Values => Some((Class::Setting, true)),
            Difference::Settings => Some((Class::Setting, false)),
        }
    }
}

/// A resource on one side. What production alone scales by is usual.
fn whole(change: &Change<'_>) -> (Class, bool) {
    let kind = change.pair.upper.or(change.pair.lower).map(Manifest::kind).unwrap_or_default();
    match kind {
        "HorizontalPodAutoscaler" | "VerticalPodAutoscaler" | "PodDisruptionBudget" | "ScaledObject" => {
            (Class::Scaling, change.kind == ChangeKind::OnlyUpper)
        }
        _ => (Class::Resource, false),
    }
}
