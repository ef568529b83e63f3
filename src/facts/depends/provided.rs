//! References to what other apps of the same environment and cluster have.

use rayon::prelude::*;

use super::world::World;
use crate::change::Tense;
use crate::facts::references::Reference;
use crate::facts::supply::Fate;
use crate::repo::{App, Overlay};

/// Completes the `references` of an overlay whose own render does not make what they ask for, from what is applied beside it.
/// `before` has the references on the base revision: one that led nowhere there is not searched for again.
pub(in crate::facts) fn complete(
    world: World<'_, '_>,
    overlay: &Overlay,
    references: &mut [Reference],
    before: &[Reference],
) {
    let is_known = |one: &Reference| before.iter().any(|old| !old.exists && old.asks_the_same(one));
    for reference in references.iter_mut().filter(|one| !one.exists && !one.optional) {
        let may_be_taken = world.tense == Tense::Now && world.known.lost.may_supply(reference);
        if is_known(reference) && !may_be_taken {
            continue;
        }
        let Some((app, fate)) = provider(world, overlay, reference) else {
            let before = World { tense: Tense::Before, ..world };
            reference.taken = may_be_taken && provider(before, overlay, reference).is_some();
            continue;
        };
        reference.exists = true;
        if fate.found || fate.produced_by.is_some() {
            reference.produced_by = Some(format!("app `{app}`"));
        }
    }
}

/// The app that has, beside `overlay`, what a reference asks for.
fn provider(world: World<'_, '_>, overlay: &Overlay, reference: &Reference) -> Option<(String, Fate)> {
    let (kind, namespace) = (reference.kind, reference.namespace.as_deref());
    let in_app = |app: &App| {
        let beside = app.overlays_beside(overlay, &overlay.environment).into_iter();
        // Where the clusters of both are known, one does not provide for another.
        let is_there = |other: &&Overlay| match (&overlay.cluster, &other.cluster) {
            (Some(here), Some(there)) => here == there,
            _ => true,
        };
        let beside = beside.filter(is_there);
        let mut fates = beside.filter(|other| other.applied != overlay.applied).filter_map(|other| {
            let part = world.part(other)?;
            let fate = part.supply.find(kind, namespace, &reference.name, reference.key.as_deref());
            fate.exists.then_some(fate)
        });
        Some((app.name.clone(), fates.next()?))
    };
    world.apps().par_iter().find_map_first(in_app)
}
