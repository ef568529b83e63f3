//! Which Secrets and ConfigMaps a render holds, and which it makes something else produce.

use std::collections::{HashMap, HashSet};

use super::offer::{Keys, Kind, Offer, same_namespace};
use super::{producers, unseen};
use crate::kustomize::{Manifest, UnseenPart};
use crate::yaml::Node;

/// ConfigMaps that are put into every namespace: name, key, by what.
const EVERYWHERE: &[(&str, &str, &str)] =
    &[("kube-root-ca.crt", "ca.crt", "Kubernetes"), ("openshift-service-ca.crt", "service-ca.crt", "OpenShift")];

/// What a render offers, by kind and name.
pub(super) struct Supply {
    offers: HashMap<(Kind, String), Vec<Offer>>,
    /// Releases of charts, whose objects are called after them: prefix, namespace, who.
    releases: Vec<(String, Option<String>, String)>,
    /// What cannot be seen and may hold the rest.
    unseen: Option<String>,
}

/// Whether what a reference asks for is there.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Fate {
    /// The render holds the object, and the key.
    pub(super) found: bool,
    /// What produces it.
    pub(super) produced_by: Option<String>,
    /// The object is there or will be, whatever its keys.
    pub(super) exists: bool,
}

impl Supply {
    pub(super) fn new(resources: &[Manifest], parts: &[UnseenPart]) -> Self {
        let unseen = unseen::producer(parts);
        let mut supply = Self { offers: HashMap::new(), releases: Vec::new(), unseen };
        for (name, key, by) in EVERYWHERE {
            let (name, by) = ((*name).to_owned(), Some((*by).to_owned()));
            supply.add(Offer { kind: Kind::ConfigMap, namespace: None, name, keys: Keys::known([*key]), by });
        }
        for manifest in resources {
            if let Some(offer) = held(manifest) {
                supply.add(offer);
            }
            for offer in producers::offers(manifest) {
                supply.add(offer);
            }
            supply.releases.extend(producers::release(manifest));
        }
        supply
    }

    fn add(&mut self, offer: Offer) {
        self.offers.entry((offer.kind, offer.name.clone())).or_default().push(offer);
    }

    /// The offers of that name. A render that leaves a namespace open may be applied to any.
    fn offers(&self, kind: Kind, namespace: Option<&str>, name: &str) -> impl Iterator<Item = &Offer> {
        let offers = self.offers.get(&(kind, name.to_owned())).map(Vec::as_slice).unwrap_or_default();
        offers.iter().filter(move |offer| same_namespace(offer.namespace.as_deref(), namespace))
    }

    /// What a render offers that `later` does not, but for what is called after its content.
    pub(super) fn without<'s>(&'s self, later: &Self, hashed: &HashSet<&str>) -> impl Iterator<Item = &'s Offer> {
        let all = self.offers.values().flatten().filter(move |offer| !hashed.contains(offer.name.as_str()));
        all.filter(|offer| later.offers(offer.kind, offer.namespace.as_deref(), &offer.name).next().is_none())
    }

    pub(super) fn find(&self, kind: Kind, namespace: Option<&str>, name: &str, key: Option<&str>) -> Fate {
        let mut fate = Fate::default();
        for offer in self.offers(kind, namespace, name) {
            fate.exists = true;
            match &offer.by {
                _ if !offer.keys.has(key) => {}
                None => fate.found = true,
                Some(by) => fate.produced_by = fate.produced_by.or_else(|| Some(by.clone())),
            }
        }
        if !fate.exists {
            fate.produced_by = self.release(namespace, name).or_else(|| self.unseen.clone());
            fate.exists = fate.produced_by.is_some();
        }
        fate
    }

    /// The release that objects of that name belong to: charts call theirs `release` or `release-...`.
    fn release(&self, namespace: Option<&str>, name: &str) -> Option<String> {
        let called_after =
            |prefix: &str| name.strip_prefix(prefix).is_some_and(|rest| rest.is_empty() || rest.starts_with('-'));
        self.releases
            .iter()
            .find(|(prefix, there, _)| called_after(prefix) && same_namespace(there.as_deref(), namespace))
            .map(|(_, _, by)| by.clone())
    }

    /// The keys of an object, where they are known.
    pub(super) fn keys(&self, kind: Kind, namespace: Option<&str>, name: &str) -> Option<Vec<&str>> {
        let mut all: Vec<&str> = Vec::new();
        let mut offers = self.offers(kind, namespace, name).peekable();
        offers.peek()?;
        for offer in offers {
            match &offer.keys {
                Keys::Any => return None,
                Keys::Known(keys) => all.extend(keys.iter().map(String::as_str)),
            }
        }
        Some(all)
    }
}

/// The object that the manifest itself is. SOPS encrypts values and leaves keys readable.
fn held(manifest: &Manifest) -> Option<Offer> {
    let kind = match (manifest.kind(), manifest.group()) {
        ("Secret", "") => Kind::Secret,
        ("ConfigMap", "") => Kind::ConfigMap,
        _ => return None,
    };
    let data = ["data", "stringData", "binaryData"].map(|field| manifest.node.get(field));
    let empty = data.iter().all(|field| field.and_then(Node::as_map).is_none_or(crate::yaml::Map::is_empty));
    // A Secret that is declared without values waits for a controller to fill it.
    let keys = if (empty && kind == Kind::Secret) || producers::is_filled_later(manifest) {
        Keys::Any
    } else {
        Keys::of(&data)
    };
    Some(Offer {
        kind,
        namespace: manifest.namespace().map(str::to_owned),
        name: manifest.name().to_owned(),
        keys,
        by: None,
    })
}
