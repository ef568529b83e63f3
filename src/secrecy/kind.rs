//! The words by which secrets are known, misspelt ones included.

use std::sync::LazyLock;

use regex::Regex;

/// Fields of a Secret that hold no values; all others do, known or not.
const OPEN: [&str; 12] = [
    "apiVersion",
    "kind",
    "type",
    "immutable",
    "metadata",
    "name",
    "namespace",
    "uid",
    "resourceVersion",
    "fieldPath",
    "sops",
    "status",
];

/// Fields of a Secret's `metadata` that hold no values.
const OPEN_METADATA: [&str; 11] = [
    "name",
    "namespace",
    "generateName",
    "labels",
    "finalizers",
    "ownerReferences",
    "uid",
    "resourceVersion",
    "creationTimestamp",
    "generation",
    "deletionTimestamp",
];

/// Fields of an entry of `secretGenerator` that hold no values.
const OPEN_GENERATOR: [&str; 11] =
    ["apiVersion", "kind", "metadata", "name", "namespace", "type", "behavior", "options", "files", "envs", "env"];

/// Fields by which a kustomization is known, as no object has them: they gather objects, or patch them.
const GATHERING: [&str; 5] = ["resources", "patches", "components", "secretgenerator", "configmapgenerator"];

/// Fields of a kustomization that hold no values themselves; what is in a field that no kustomization has may be one.
const OPEN_KUSTOMIZATION: [&str; 34] = [
    "kind",
    "apiversion",
    "metadata",
    "openapi",
    "nameprefix",
    "namesuffix",
    "namespace",
    "commonlabels",
    "labels",
    "commonannotations",
    "patchesstrategicmerge",
    "patchesjson6902",
    "patches",
    "images",
    "imagetags",
    "replacements",
    "replicas",
    "vars",
    "sortoptions",
    "resources",
    "components",
    "crds",
    "bases",
    "configmapgenerator",
    "secretgenerator",
    "helmglobals",
    "helmcharts",
    "helmchartinflationgenerator",
    "generatoroptions",
    "configurations",
    "generators",
    "transformers",
    "validators",
    "buildmetadata",
];

/// What speaks of secrets in a text that cannot be read. Where words end is asked of ASCII only: of all of Unicode it
/// takes a hundred times as long.
static MARKS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    let kind = r#"(?-u:\b)kind["']?\s*:\s*(?:[&!][^\s"']*\s*)*["']?[0-9a-z_]*secret"#;
    let generator = "secret[0-9a-z_]*gen|gen[0-9a-z_]*secret";
    Regex::new(&format!(r#"(?im){kind}|{generator}|stringdata|encrypteddata|^\s*"?sops"?\s*:|(?-u:\b)enc\["#)).ok()
});

/// What every text with [`MARKS`] has in it: this is found much faster.
static HINTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)secret|stringdata|encrypteddata|sops|enc\[").ok());

/// What may belong to a Secret whose kind is missing or misspelt, or be a patch of one.
static TRACES: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(
        r#"(?im)secret|generator|literal|^\s*["']?(?:string)?data|/?(?:string)?data/|last-applied-configuration"#,
    )
    .ok()
});

/// The first `kind` of a text that cannot be read.
static KIND: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"(?m)(?-u:\b)kind["']?\s*:\s*["']?(\w+)"#).ok());

fn speaks(pattern: &LazyLock<Option<Regex>>, text: &str) -> bool {
    LazyLock::force(pattern).as_ref().is_none_or(|pattern| pattern.is_match(text))
}

/// Whether a text speaks of secrets beyond doubt.
pub(super) fn has_marks(text: &str) -> bool {
    speaks(&HINTS, text) && speaks(&MARKS, text)
}

/// Whether a text may hold anything secret, so that it is worth reading.
pub(super) fn has_traces(text: &str) -> bool {
    has_marks(text) || speaks(&TRACES, text)
}

/// Whether every `kind` that a text writes is one that holds nothing secret.
pub(super) fn has_open_kinds(text: &str) -> bool {
    let Some(pattern) = LazyLock::force(&KIND) else { return false };
    let mut kinds = pattern.captures_iter(text).filter_map(|found| found.get(1)).peekable();
    kinds.peek().is_some() && kinds.all(|kind| !is_secret(kind.as_str()) && !carries_secrets(kind.as_str()))
}

/// Whether a word is the one that is meant, give or take so many letters. Most words are told apart by letters that only
/// they have, which costs less than to align the two.
fn is_near(word: &str, meant: &str, letters: usize) -> bool {
    word.chars().filter(|letter| !meant.contains(*letter)).count() <= letters
        && strsim::osa_distance(word, meant) <= letters
}

/// Whether a kind is `Secret`, give or take a letter.
pub(super) fn is_secret(kind: &str) -> bool {
    (5..=8).contains(&kind.len()) && {
        let kind = kind.to_ascii_lowercase();
        kind == "secret" || kind == "secrets" || is_near(&kind, "secret", 1)
    }
}

/// Whether a kind carries Secrets in itself, encrypted or as a template.
pub(super) fn carries_secrets(kind: &str) -> bool {
    kind.len() > 6 && kind.to_ascii_lowercase().contains("secret")
}

/// Whether a kind configures a generator of Secrets.
pub(super) fn generates_secrets(kind: &str) -> bool {
    kind.eq_ignore_ascii_case("SecretGenerator")
}

/// Whether a key of a Secret holds no value; `metadata` says that it is one of its `metadata`.
pub(super) fn is_open(key: &str, metadata: bool) -> bool {
    if metadata { OPEN_METADATA.contains(&key) } else { OPEN.contains(&key) }
}

/// Whether a key makes a kustomization of the document that it is in.
pub(super) fn gathers(key: &str) -> bool {
    GATHERING.contains(&key.to_ascii_lowercase().as_str())
}

/// Whether a key of a kustomization holds no value itself.
pub(super) fn is_open_in_kustomization(key: &str) -> bool {
    is_generator(key) || is_string_data(key) || OPEN_KUSTOMIZATION.contains(&key.to_ascii_lowercase().as_str())
}

/// Whether a key of an entry of `secretGenerator` holds no value; `scalar` says whether a scalar stands there.
pub(super) fn is_open_in_generator(key: &str, scalar: bool) -> bool {
    OPEN_GENERATOR.contains(&key) && (scalar || matches!(key, "metadata" | "options" | "files" | "envs"))
}

/// Whether an entry of a generator's `files` or `envs` is a literal that was put into the wrong list: it sets a key to
/// what is no path.
pub(super) fn is_misplaced(key: &str, entry: &str) -> bool {
    match (key, entry.split_once('=')) {
        ("env" | "envs", Some(_)) => true,
        ("files", Some((_, path))) => !path.contains(['.', '/']),
        // A colon where the sign should be.
        ("env" | "envs" | "files", None) => entry.contains(": "),
        _ => false,
    }
}

/// Whether a key holds plain values of a Secret wherever it stands.
pub(super) fn is_string_data(key: &str) -> bool {
    (9..=12).contains(&key.len()) && is_near(&key.to_ascii_lowercase(), "stringdata", 2)
}

/// Whether a key holds the values of a Secret, where it stands in one.
pub(super) fn is_data(key: &str) -> bool {
    is_string_data(key) || {
        let key = key.to_ascii_lowercase();
        key.starts_with("data") || key == "encrypteddata" || key == "dta" || key == "binarydata"
    }
}

/// Whether a key of a kustomization lists generators of Secrets; a misspelt one does.
pub(super) fn is_generator(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    match key.as_str() {
        "configmapgenerator" | "generators" | "generatoroptions" => false,
        _ => {
            (key.contains("secret") && key.contains("gen"))
                || ((11..=18).contains(&key.len()) && is_near(&key, "secretgenerator", 4))
        }
    }
}

/// Whether a key lists generators of ConfigMaps.
pub(super) fn is_open_generator(key: &str) -> bool {
    key.eq_ignore_ascii_case("configMapGenerator")
}

/// Whether a JSON pointer may lead into the values of a Secret.
pub(super) fn leads_into_data(pointer: &str) -> bool {
    pointer.split('/').any(|step| is_data(step) || step.contains("last-applied-configuration"))
}
