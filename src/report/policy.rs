//! A policy's documentation, as Markdown: for `gate explain` and for `docs/policies`.

use crate::policy::{Policy, Setting};

/// What the policy says of itself: what it is about, how bad, what to do, what can be set, an example.
///
/// Text of the repository is in it as it is written: a terminal wants it quoted.
#[must_use]
pub fn story(policy: &Policy) -> String {
    let metadata = &policy.metadata;
    let mut text = format!("# {}\n", policy.id);
    let mut part = |body: &str| {
        if !body.trim().is_empty() {
            text.push_str(&format!("\n{}\n", body.trim()));
        }
    };
    part(&metadata.title);
    part(&metadata.description);
    let severity = policy.severity.map_or("as the rule's name says", crate::source::Severity::word);
    part(&format!("Severity: {severity}{}", if policy.enabled { "" } else { " (disabled)" }));
    if let Some(help) = &metadata.help {
        part(&format!("What to do: {}", help.trim()));
    }
    if !metadata.settings.is_empty() {
        let rows: Vec<String> = metadata.settings.iter().map(row).collect();
        part(&format!("Settings, under `policies.settings.{}`:\n\n{}", policy.id, rows.join("\n")));
    }
    if let Some(example) = &metadata.example {
        part(&format!("Example:\n\n```yaml\n{}\n```", example.trim_end()));
    }
    text
}

fn row(setting: &Setting) -> String {
    format!("- `{}`: {} Default: `{}`.", setting.name, sentence(setting.description()), setting.default_value())
}

/// `text` with the full stop that makes it a sentence.
fn sentence(text: &str) -> String {
    let text = text.trim();
    if text.is_empty() || text.ends_with(['.', '!', '?']) { text.to_owned() } else { format!("{text}.") }
}
