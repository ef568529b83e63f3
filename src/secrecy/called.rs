//! Names by which people call secret values: keys of a chart's values, variables, parameters of addresses.

use std::sync::LazyLock;

use regex::Regex;

/// Last words of names of values that are secret.
const SECRET: [&str; 22] = [
    "password",
    "passwords",
    "passwd",
    "passphrase",
    "pass",
    "pwd",
    "secret",
    "secrets",
    "token",
    "tokens",
    "credential",
    "credentials",
    "apikey",
    "apikeys",
    "apitoken",
    "accesskey",
    "authkey",
    "privatekey",
    "secretkey",
    "encryptionkey",
    "dsn",
    "htpasswd",
];

/// What a `key` must be for, so that it is a secret and no name of one.
const KEYS: [&str; 18] = [
    "access",
    "account",
    "admin",
    "api",
    "app",
    "auth",
    "deploy",
    "encryption",
    "hmac",
    "jwt",
    "license",
    "master",
    "private",
    "secret",
    "session",
    "shared",
    "signing",
    "ssh",
];

/// What comes before `secret` in the names of Secrets: `existingSecret`, `tls.secret`.
const OF_OBJECTS: [&str; 17] = [
    "auth",
    "ca",
    "cert",
    "certificate",
    "config",
    "credential",
    "credentials",
    "custom",
    "existing",
    "external",
    "extra",
    "image",
    "ingress",
    "password",
    "pull",
    "tls",
    "token",
];

/// Parameters of addresses that are secret and nothing else is called so: signed addresses of AWS, Azure and Google, and
/// what programs take as credentials.
const OF_ADDRESSES: [&str; 12] = [
    "awsaccesskeyid",
    "auth",
    "authorization",
    "code",
    "googleaccessid",
    "key",
    "sig",
    "signature",
    "sshkey",
    "x-amz-credential",
    "x-goog-credential",
    "jwt",
];

/// What every text has in it that calls a value secret: this is found fast.
static HINTS: LazyLock<Option<Regex>> =
    LazyLock::new(|| Regex::new(r"(?i)pass|pwd|secret|token|credential|key|dsn").ok());

/// Keys of what charts, plugins and variables are set to.
const SETS: [&str; 7] = ["helm", "plugin", "substitute", "values", "valuesContent", "valuesInline", "valuesObject"];

/// Such a key in a text.
static SETTINGS: LazyLock<Option<Regex>> = LazyLock::new(|| {
    Regex::new(r#"(?-u:\b)(?:helm|plugin|substitute|values(?:Content|Inline|Object)?)["']?\s*:"#).ok()
});

/// The words of a name, in lower case: `dbPassword`, `DB_PASSWORD` and `db.password` are two.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut before = '_';
    for c in name.chars() {
        let begins = !before.is_ascii_alphanumeric() || (before.is_ascii_lowercase() && c.is_ascii_uppercase());
        if c.is_ascii_alphanumeric() {
            match words.last_mut() {
                Some(word) if !begins => word.push(c.to_ascii_lowercase()),
                _ => words.push(c.to_ascii_lowercase().to_string()),
            }
        }
        before = c;
    }
    // `users[0].token` and `password1` are what they are without the number.
    words.retain(|word| word.bytes().any(|byte| !byte.is_ascii_digit()));
    words
}

/// Whether a value of that name is secret. Names of Secrets and of their keys are not.
pub(super) fn is_secret(name: &str) -> bool {
    let words = words(name);
    let mut last = words.iter().rev().map(|word| word.trim_end_matches(|c: char| c.is_ascii_digit()));
    let (word, before) = (last.next().unwrap_or_default(), last.next().unwrap_or_default());
    match word {
        "secret" | "secrets" => !OF_OBJECTS.contains(&before),
        "key" | "keys" => KEYS.contains(&before),
        "string" => before == "connection",
        _ => SECRET.contains(&word),
    }
}

/// Whether a parameter of an address of that name is secret.
pub(super) fn is_secret_parameter(name: &str) -> bool {
    is_secret(name)
        || OF_ADDRESSES.iter().any(|known| known.eq_ignore_ascii_case(name))
        || name.rsplit(['-', '_']).next().is_some_and(|last| last.eq_ignore_ascii_case("signature"))
}

/// Whether a text may call a value secret.
pub(super) fn is_hinted(text: &str) -> bool {
    LazyLock::force(&HINTS).as_ref().is_none_or(|pattern| pattern.is_match(text))
}

/// Whether a key holds what a chart, a plugin or variables are set to.
pub(super) fn sets(key: &str) -> bool {
    SETS.contains(&key)
}

/// Whether a text may set a chart, a plugin or variables to something secret.
pub(super) fn may_set(text: &str) -> bool {
    LazyLock::force(&SETTINGS).as_ref().is_none_or(|pattern| pattern.is_match(text)) && is_hinted(text)
}

#[cfg(test)]
mod tests {
    use super::{is_secret, is_secret_parameter};

    #[test]
    fn values_of_these_names_are_secret() {
        for name in [
            "password",
            "db.password",
            "dbPassword",
            "DB_PASSWORD",
            "postgresql.auth.postgresPassword",
            "users[0].token",
            "password1",
            "clientSecret",
            "secretKey",
            "AWS_SECRET_ACCESS_KEY",
            "api-key",
            "APIKEY",
            "connectionString",
            "smtp_pass",
        ] {
            assert!(is_secret(name), "{name}");
        }
    }

    #[test]
    fn values_of_these_names_are_none() {
        for name in [
            "secretName",
            "existingSecret",
            "auth.existingSecret",
            "passwordSecretRef",
            "existingSecretPasswordKey",
            "imagePullSecrets",
            "tls.secret",
            "tokenTTL",
            "compass",
            "bypass",
            "key",
            "primaryKey",
            "keyboard",
            "replicas",
            "",
        ] {
            assert!(!is_secret(name), "{name}");
        }
    }

    #[test]
    fn parameters_of_signed_addresses_are_secret() {
        for name in
            ["X-Amz-Signature", "x-goog-signature", "X-Amz-Credential", "X-Amz-Security-Token", "sig", "api_key"]
        {
            assert!(is_secret_parameter(name), "{name}");
        }
        for name in ["ref", "sv", "X-Amz-Date", "timeout", "submodules", "depth"] {
            assert!(!is_secret_parameter(name), "{name}");
        }
    }
}
