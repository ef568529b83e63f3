//! Which texts are the same but for names: of environments, of paired objects, of generated hashes.
//!
//! Texts are cut into tokens (runs of letters, runs of digits, single other characters; `dbStaging` is
//! two tokens), so that `prod` is found in `prod01` and `my-prod`, never in `product`.

use std::borrow::Cow;
use std::collections::HashMap;

use crate::kustomize::Manifest;

/// What counts as the same name on both sides.
#[derive(Debug)]
pub struct Names<'a> {
    lower: Words<'a>,
    upper: Words<'a>,
    /// Names and namespaces of paired objects, where the two sides differ: the lower's, and all that
    /// the upper side has for it.
    objects: HashMap<&'a str, Vec<&'a str>>,
}

/// The words of one environment, each as its tokens, longest first.
#[derive(Debug)]
pub(super) struct Words<'a>(Vec<Vec<&'a str>>);

impl<'a> Names<'a> {
    pub(super) fn new(lower: &'a [String], upper: &'a [String]) -> Self {
        Self { lower: Words::new(lower), upper: Words::new(upper), objects: HashMap::new() }
    }

    /// Remembers under which names both sides have an object.
    pub(super) fn learn(&mut self, lower: &'a Manifest, upper: &'a Manifest) {
        let names = (Some(lower.name()), Some(upper.name()));
        for (lower, upper) in [names, (lower.namespace(), upper.namespace())] {
            if let (Some(lower), Some(upper)) = (lower, upper)
                && lower != upper
                && !self.objects.get(lower).is_some_and(|known| known.contains(&upper))
            {
                self.objects.entry(lower).or_default().push(upper);
            }
        }
    }

    /// Whether the two texts are the same but for names.
    #[must_use]
    pub fn same(&self, lower: &str, upper: &str) -> bool {
        if lower == upper || self.objects.get(lower).is_some_and(|known| known.contains(&upper)) {
            return true;
        }
        if self.lower.0.is_empty() && self.upper.0.is_empty() {
            return false;
        }
        let (a, b) = (tokens(lower), tokens(upper));
        self.aligned(&a, &b) || {
            let (a, b) = (self.lower.strip(&a), self.upper.strip(&b));
            !a.is_empty() && a == b
        }
    }

    /// Whether the tokens are equal one by one, an environment's word for the other's.
    fn aligned(&self, mut lower: &[&str], mut upper: &[&str]) -> bool {
        loop {
            if let (Some(a), Some(b)) = (self.lower.at_start(lower), self.upper.at_start(upper)) {
                (lower, upper) = (a, b);
                continue;
            }
            match (lower.split_first(), upper.split_first()) {
                (None, None) => return true,
                (Some((a, lower_rest)), Some((b, upper_rest))) if a == b => (lower, upper) = (lower_rest, upper_rest),
                _ => return false,
            }
        }
    }

    /// The lower text without the words of its environment: equal for texts that are the same name.
    pub(super) fn canonical_lower(&self, text: &str) -> String {
        match self.objects.get(text).and_then(|known| known.first()) {
            Some(upper) => self.upper.canonical(upper),
            None => self.lower.canonical(text),
        }
    }

    /// The upper text without the words of its environment.
    pub(super) fn canonical_upper(&self, text: &str) -> String {
        self.upper.canonical(text)
    }

    /// Whether a text names the lower environment.
    #[must_use]
    pub fn names_lower(&self, text: &str) -> bool {
        self.lower.occurs(text)
    }

    /// Whether a text names the upper environment.
    #[must_use]
    pub fn names_upper(&self, text: &str) -> bool {
        self.upper.occurs(text)
    }
}

impl<'a> Words<'a> {
    fn new(words: &'a [String]) -> Self {
        let mut words: Vec<Vec<&str>> =
            words.iter().map(|word| tokens(word)).filter(|tokens| !tokens.is_empty()).collect();
        words.sort_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
        words.dedup();
        Self(words)
    }

    /// What follows the word that `tokens` start with, if they start with one.
    fn at_start<'t, 's>(&self, tokens: &'t [&'s str]) -> Option<&'t [&'s str]> {
        self.0.iter().find_map(|word| {
            let (head, rest) = tokens.split_at_checked(word.len())?;
            head.iter().zip(word).all(|(a, b)| a.eq_ignore_ascii_case(b)).then_some(rest)
        })
    }

    fn occurs(&self, text: &str) -> bool {
        let tokens = tokens(text);
        (0..tokens.len()).any(|start| self.at_start(tokens.get(start..).unwrap_or_default()).is_some())
    }

    /// The text without this environment's words and the separators that they leave behind.
    fn strip(&self, mut tokens: &[&str]) -> String {
        let separator = |token: &str| matches!(token, "-" | "_" | "." | "/");
        let mut kept: Vec<&str> = Vec::new();
        while let Some((first, rest)) = tokens.split_first() {
            let Some(after) = self.at_start(tokens) else {
                kept.push(first);
                tokens = rest;
                continue;
            };
            tokens = after;
            match after.split_first() {
                Some((next, rest)) if separator(next) => tokens = rest,
                _ => {
                    kept.pop_if(|last| separator(last));
                }
            }
        }
        kept.concat()
    }

    /// As [`Self::strip`], and `*` for text that is nothing but the environment's name.
    fn canonical(&self, text: &str) -> String {
        if self.0.is_empty() {
            return text.to_owned();
        }
        let stripped = self.strip(&tokens(text));
        if stripped.is_empty() && !text.is_empty() { "*".to_owned() } else { stripped }
    }
}

/// The name of an object without the hash that kustomize appends to generated ConfigMaps and Secrets:
/// `settings-#` for `settings-6d62b7m2kc`.
#[must_use]
pub fn without_hash(manifest: &Manifest) -> Cow<'_, str> {
    let name = manifest.name();
    let generated = matches!(manifest.kind(), "ConfigMap" | "Secret") && manifest.group().is_empty();
    // Ten characters of a hexadecimal digest, those that could spell words exchanged
    // (kustomize's `hasher.encode`).
    match name.rsplit_once('-') {
        Some((base, hash))
            if generated && hash.len() == 10 && hash.bytes().all(|byte| b"2456789bcdfghkmt".contains(&byte)) =>
        {
            Cow::Owned(format!("{base}-#"))
        }
        _ => Cow::Borrowed(name),
    }
}

fn tokens(text: &str) -> Vec<&str> {
    #[derive(PartialEq, Clone, Copy)]
    enum Class {
        Lower,
        Upper,
        Digit,
        Other,
    }
    let class = |c: char| match c {
        c if c.is_ascii_digit() => Class::Digit,
        c if c.is_uppercase() => Class::Upper,
        c if c.is_alphabetic() => Class::Lower,
        _ => Class::Other,
    };
    let mut tokens = Vec::new();
    let mut start = 0;
    let mut previous = None;
    for (at, c) in text.char_indices() {
        let next = class(c);
        let joined = match (previous, next) {
            (None, _) | (Some(Class::Upper), Class::Lower) => true,
            (Some(before), now) => before == now && now != Class::Other,
        };
        if !joined {
            tokens.extend(text.get(start..at));
            start = at;
        }
        previous = Some(next);
    }
    if start < text.len() {
        tokens.extend(text.get(start..));
    }
    tokens
}
