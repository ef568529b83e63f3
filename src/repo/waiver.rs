//! Waivers: dated, reasoned, owned exceptions, and what has become of each.
//!
//! A waiver holds through its last day, in UTC. It covers a finding where everything that it names fits: an
//! app, environment, resource, field or digest that a finding does not have fits nothing.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use super::environments::{Environment, Environments};
use super::image::is_digest;
use super::pattern::{FieldPattern, Glob};
use crate::source::{Problem, Span};
use crate::yaml::Node;

/// The ids of findings that the run itself has, and no policy.
pub const OF_THE_RUN: [&str; 5] = ["configuration-error", "policy-error", "read-error", RENDER_ERROR, "waiver"];

/// The id of what cannot be rendered: of the findings of the run the only one that can be waived.
pub const RENDER_ERROR: &str = "render-error";

/// A waiver of the configuration.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiver {
    /// The policy whose findings it covers.
    pub policy: String,
    /// The apps.
    pub app: Option<Glob>,
    /// The environment, by name.
    pub environment: Option<String>,
    /// The resources, as `Kind/name`.
    pub resource: Option<Glob>,
    /// The field and all below it.
    pub path: Option<FieldPattern>,
    /// The image digest.
    pub digest: Option<String>,
    /// The last day on which it holds, in UTC.
    pub until: Date,
    /// Why it is needed.
    pub reason: String,
    /// Who answers for it.
    pub owner: String,
    /// Its entry in the configuration.
    pub span: Option<Span>,
}

/// What a waiver is held against: a finding, by what it is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Subject<'a> {
    /// The policy.
    pub policy: &'a str,
    /// The app.
    pub app: Option<&'a str>,
    /// The environment, by name.
    pub environment: Option<&'a str>,
    /// The resource, as `Kind/name`.
    pub resource: Option<&'a str>,
    /// The field, as [`crate::yaml::Path`] writes it.
    pub field: Option<&'a str>,
    /// The image digest.
    pub digest: Option<&'a str>,
}

/// What the waivers say about a finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    /// None is about it.
    Open,
    /// This one was about it, and its time is over.
    Expired(&'a Waiver),
    /// This one covers it.
    Waived(&'a Waiver),
}

impl Waiver {
    /// Whether its last day is over.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        is_over(self.until, now)
    }

    /// Why it waives more than an exception should, if it does: a whole policy in a protected environment, or for
    /// so long that nobody looks at it again.
    #[must_use]
    pub fn too_broad(&self, environments: &Environments, now: Timestamp) -> Option<String> {
        let any = |glob: Option<&Glob>| glob.is_none_or(|glob| glob.as_str().chars().all(|c| c == '*'));
        let whole =
            any(self.app.as_ref()) && any(self.resource.as_ref()) && self.path.is_none() && self.digest.is_none();
        let meant = |environment: &&Environment| self.environment.as_ref().is_none_or(|name| *name == environment.name);
        let protected = environments.iter().filter(meant).find(|environment| environment.protected);
        match protected.filter(|_| whole) {
            Some(protected) => Some(format!("it covers `{}` for every app in {}", self.policy, protected.name)),
            None => too_long(self.until, now),
        }
    }

    /// Whether it is about this, be it expired or not.
    #[must_use]
    pub fn fits(&self, subject: &Subject<'_>) -> bool {
        fn fits<T>(wanted: Option<&T>, found: Option<&str>, test: impl Fn(&T, &str) -> bool) -> bool {
            wanted.is_none_or(|wanted| found.is_some_and(|found| test(wanted, found)))
        }
        self.policy == subject.policy
            && fits(self.app.as_ref(), subject.app, Glob::matches)
            && fits(self.environment.as_ref(), subject.environment, |wanted, found| wanted == found)
            && fits(self.resource.as_ref(), subject.resource, Glob::matches)
            && fits(self.path.as_ref(), subject.field, FieldPattern::covers)
            && fits(self.digest.as_ref(), subject.digest, |wanted, found| wanted == found)
    }

    /// Reads an entry of `waivers`.
    pub(super) fn read(node: &Node, environments: &Environments, problems: &mut Vec<Problem>) -> Option<Self> {
        let before = problems.len();
        let text = |key: &str| node.get(key).and_then(Node::text);
        let environment = node.get("environment").and_then(|name| environments.resolve(name, problems));
        let until = node.get("until").and_then(|until| last_day(until).map_err(|problem| problems.push(problem)).ok());
        if let Some(digest) = node.get("digest").filter(|digest| digest.text().is_some_and(|text| !is_digest(text))) {
            problems.push(
                Problem::new("this is not an image digest")
                    .at(digest.origin.span)
                    .hint("write `sha256:` and 64 lowercase hexadecimal digits"),
            );
        }
        if ["app", "environment", "resource", "path", "digest"].iter().all(|key| node.get(key).is_none()) {
            problems.push(
                Problem::new("this waiver covers every finding of its policy")
                    .at(node.get("policy").map_or(node.origin.span, |policy| policy.origin.span))
                    .hint("name an `app`, `environment`, `resource`, `path` or `digest`, or use `policies.disable`"),
            );
        }
        let waiver = Self {
            policy: text("policy")?.to_owned(),
            app: text("app").map(Glob::new),
            environment,
            resource: text("resource").map(Glob::new),
            path: text("path").map(FieldPattern::new),
            digest: text("digest").map(str::to_owned),
            until: until?,
            reason: text("reason")?.to_owned(),
            owner: text("owner")?.to_owned(),
            span: node.origin.span,
        };
        (problems.len() == before).then_some(waiver)
    }
}

/// Longest time, in days, that a waiver is given at once: half a year.
const MAX_DAYS: i32 = 180;

/// Whether the last day of a waiver is over.
pub(super) fn is_over(until: Date, now: Timestamp) -> bool {
    now.to_zoned(TimeZone::UTC).date() > until
}

/// Why a waiver until that day lasts too long, if it does.
pub(super) fn too_long(until: Date, now: Timestamp) -> Option<String> {
    let days = now.to_zoned(TimeZone::UTC).date().until(until).map_or(i32::MAX, |span| span.get_days());
    (days > MAX_DAYS).then(|| format!("it lasts until {until}, longer than {MAX_DAYS} days from now"))
}

/// Reads a date without a time.
pub(super) fn day(text: &str) -> Option<Date> {
    // A date parses out of longer texts too; only the plain form says what it means.
    text.parse().ok().filter(|_| text.len() == "2027-01-31".len())
}

/// Reads the last day of a waiver.
fn last_day(node: &Node) -> Result<Date, Problem> {
    let text = node.text().unwrap_or_default();
    day(text).ok_or_else(|| {
        Problem::new(format!("`{text}` is not a date"))
            .at(node.origin.span)
            .hint("write the last day on which the waiver holds, as in `2027-01-31`")
    })
}

/// The waivers of a run, which remember what they were about.
pub struct Ledger<'a> {
    waivers: Vec<(&'a Waiver, bool)>,
    now: Timestamp,
}

impl<'a> Ledger<'a> {
    /// Opens the book for a run at `now`.
    #[must_use]
    pub fn new(waivers: &'a [Waiver], now: Timestamp) -> Self {
        Self { waivers: waivers.iter().map(|waiver| (waiver, false)).collect(), now }
    }

    /// What the waivers say about `subject`. One that holds goes before one that is expired, and then the
    /// first of the configuration.
    pub fn judge(&mut self, subject: &Subject<'_>) -> Verdict<'a> {
        let mut verdict = Verdict::Open;
        for (waiver, used) in self.waivers.iter_mut().filter(|(waiver, _)| waiver.fits(subject)) {
            *used = true;
            verdict = match verdict {
                Verdict::Waived(_) => verdict,
                _ if !waiver.is_expired(self.now) => Verdict::Waived(waiver),
                Verdict::Open => Verdict::Expired(waiver),
                Verdict::Expired(_) => verdict,
            };
        }
        verdict
    }

    /// The waivers that nothing has been about so far, in the order of the configuration.
    pub fn unused(&self) -> impl Iterator<Item = &'a Waiver> {
        self.waivers.iter().filter(|(_, used)| !used).map(|(waiver, _)| *waiver)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;
    use crate::yaml::{Dialect, Text, parse_first};

    fn waivers(texts: &[&str]) -> Vec<Waiver> {
        let read = |text: &&str| {
            let text = format!("{{reason: a, owner: b, {text}}}");
            let node = parse_first(&Text::loose(&text), Dialect::Resource).unwrap().unwrap();
            Waiver::read(&node, &Environments::default(), &mut Vec::new()).unwrap()
        };
        texts.iter().map(read).collect()
    }

    const SUBJECT: Subject<'_> = Subject {
        policy: "image-digest-pinned",
        app: Some("shop/api"),
        environment: Some("production"),
        resource: Some("Deployment/api"),
        field: Some("spec.template.spec.containers[name=api].image"),
        digest: None,
    };

    #[test]
    fn everything_named_must_fit() {
        for (text, fits) in [
            ("app: shop/api", true),
            ("app: shop/*", true),
            ("app: shop", false),
            ("environment: prod", true),
            ("environment: staging", false),
            ("resource: Deployment/*", true),
            ("resource: '*/web'", false),
            ("path: spec.template.spec.containers", true),
            ("path: 'spec.template.spec.containers[*].image'", true),
            ("path: spec.replicas", false),
            ("app: shop/api, environment: prod, resource: Deployment/web", false),
            ("digest: 'sha256:0000000000000000000000000000000000000000000000000000000000000000'", false),
        ] {
            let text = format!("policy: image-digest-pinned, until: 2027-01-31, {text}");
            assert_eq!(waivers(&[&text])[0].fits(&SUBJECT), fits, "{text}");
        }
        let other = waivers(&["policy: freeze-window, until: 2027-01-31, app: shop/api"]);
        assert!(!other[0].fits(&SUBJECT));
    }

    #[test]
    fn the_last_day_counts_in_utc() {
        let waivers = waivers(&["policy: image-digest-pinned, until: 2027-01-31, app: '*'"]);
        for (now, holds) in [
            ("2027-01-31T23:59:59.999Z", true),
            ("2027-02-01T00:00:00Z", false),
            ("2027-01-31T23:30:00-01:00", false),
            ("2020-01-01T00:00:00Z", true),
        ] {
            let verdict = Ledger::new(&waivers, now.parse().unwrap()).judge(&SUBJECT);
            let expected = if holds { Verdict::Waived(&waivers[0]) } else { Verdict::Expired(&waivers[0]) };
            assert_eq!(verdict, expected, "{now}");
        }
    }

    #[test]
    fn a_whole_policy_or_half_a_year_is_too_broad() {
        let environments = Environments::default();
        let now = "2026-11-25T10:00:00Z".parse().unwrap();
        for (text, until, why) in [
            ("app: '*'", "2027-01-31", Some("it covers `a` for every app in production")),
            ("environment: prod", "2027-01-31", Some("it covers `a` for every app in production")),
            ("environment: prod, resource: '*'", "2027-01-31", Some("it covers `a` for every app in production")),
            ("environment: staging", "2027-01-31", None),
            ("environment: prod, app: shop/*", "2027-01-31", None),
            ("environment: prod, path: spec.replicas", "2027-01-31", None),
            ("environment: prod, resource: Job/*", "2027-01-31", None),
            ("app: shop", "2027-05-24", None),
            ("app: shop", "2027-05-25", Some("it lasts until 2027-05-25, longer than 180 days from now")),
            ("app: shop", "9999-12-31", Some("it lasts until 9999-12-31, longer than 180 days from now")),
        ] {
            let waivers = waivers(&[&format!("policy: a, until: {until}, {text}")]);
            assert_eq!(waivers[0].too_broad(&environments, now).as_deref(), why, "{text} {until}");
        }
    }

    #[test]
    fn one_that_holds_goes_before_one_that_is_expired() {
        let waivers = waivers(&[
            "policy: image-digest-pinned, until: 2020-01-31, app: '*'",
            "policy: image-digest-pinned, until: 2027-01-31, app: shop/*",
            "policy: image-digest-pinned, until: 2028-01-31, app: shop/api",
            "policy: image-digest-pinned, until: 2028-01-31, app: other",
        ]);
        let mut ledger = Ledger::new(&waivers, "2026-11-23T10:00:00Z".parse().unwrap());
        assert_eq!(ledger.unused().count(), 4);
        assert_eq!(ledger.judge(&SUBJECT), Verdict::Waived(&waivers[1]));
        assert_eq!(ledger.judge(&Subject { policy: "freeze-window", ..SUBJECT }), Verdict::Open);
        assert_eq!(ledger.unused().collect::<Vec<_>>(), [&waivers[3]]);
    }
}
