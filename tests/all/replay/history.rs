//! Changes of many kinds, one after the other, and of each what is due.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::state::{FREEZES, State, Version, name};
use super::{Tree, time};

const APPS: usize = 12;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Staging gets a new image.
    Build,
    /// Production gets what staging runs, and what was broken there is mended.
    Promotion,
    /// A promotion, and a setting that only production has.
    PromotionWithSetting,
    /// Production gets what staging never had.
    Unseen,
    /// Both get the same new image.
    Hotfix,
    /// Production gets a tag.
    Tag,
    /// Production loses its memory limit.
    Unlimited,
    /// Staging gets another setting.
    Setting,
    /// The base asks for a Secret that nothing makes.
    Secret,
    /// A comment in production.
    Comment,
    /// Another number of replicas in production.
    Replicas,
    /// The configuration switches a policy off, and production breaks it.
    Weakened,
    /// The configuration goes.
    Unconfigured,
    /// The configuration lets an app through the next freeze.
    Waiver,
}

impl Kind {
    pub(crate) const ALL: [Self; 14] = [
        Self::Build,
        Self::Promotion,
        Self::PromotionWithSetting,
        Self::Unseen,
        Self::Hotfix,
        Self::Tag,
        Self::Unlimited,
        Self::Setting,
        Self::Secret,
        Self::Comment,
        Self::Replicas,
        Self::Weakened,
        Self::Unconfigured,
        Self::Waiver,
    ];

    /// Kinds as often as they come.
    const MIX: [Self; 28] = {
        use Kind::{
            Build, Comment, Hotfix, Promotion, PromotionWithSetting, Replicas, Secret, Setting, Tag, Unconfigured,
            Unlimited, Unseen, Waiver, Weakened,
        };
        [
            Build,
            Build,
            Build,
            Build,
            Build,
            Build,
            Promotion,
            Promotion,
            Promotion,
            Promotion,
            PromotionWithSetting,
            PromotionWithSetting,
            Unseen,
            Unseen,
            Hotfix,
            Hotfix,
            Tag,
            Tag,
            Unlimited,
            Unlimited,
            Setting,
            Secret,
            Comment,
            Comment,
            Replicas,
            Weakened,
            Unconfigured,
            Waiver,
        ]
    };
}

/// A commit and what is due of it.
pub(crate) struct Change {
    pub(crate) number: usize,
    pub(crate) parent: usize,
    pub(crate) kind: Kind,
    pub(crate) app: String,
    pub(crate) now: Timestamp,
    pub(crate) files: Tree,
    /// The policies that find errors, and those that find warnings.
    pub(crate) errors: BTreeSet<&'static str>,
    pub(crate) warnings: BTreeSet<&'static str>,
    pub(crate) waived: bool,
    /// Whether production is frozen at that time.
    pub(crate) frozen: bool,
    /// Whether it is merged though it fails.
    pub(crate) forced: bool,
}

/// The first commit, and so many changes after it.
pub(crate) fn history(changes: usize) -> Vec<Change> {
    let mut state = State::new(APPS);
    let mut history = vec![Change {
        number: 0,
        parent: 0,
        kind: Kind::Build,
        app: String::new(),
        now: time(0),
        files: state.files(),
        errors: BTreeSet::new(),
        warnings: BTreeSet::new(),
        waived: false,
        frozen: false,
        forced: false,
    }];
    let (mut dice, mut main) = (Dice(0x9e37_79b9_7f4a_7c15), 0);
    for number in 1..=changes {
        let (change, after) = change(number, main, &state, &mut dice);
        if change.errors.is_empty() || change.forced {
            (main, state) = (number, after);
        }
        history.push(change);
    }
    history
}

fn change(number: usize, parent: usize, before: &State, dice: &mut Dice) -> (Change, State) {
    let now = time(number);
    let (mut kind, index) = (Kind::MIX[dice.below(Kind::MIX.len())], dice.below(APPS));
    let mut state = before.clone();
    let fresh = Version::Digest(1000 + u32::try_from(number).unwrap());
    let app = &mut state.apps[index];
    let lags = app.staging != app.production;
    if matches!(kind, Kind::Promotion | Kind::PromotionWithSetting) && !lags {
        kind = Kind::Build;
    }
    if kind == Kind::Unlimited && !app.limited {
        kind = Kind::Comment;
    }
    let (mut errors, mut warnings) = (BTreeSet::new(), BTreeSet::new());
    let mut touches_production = true;
    // Another tag where there was one already is known.
    let unpinned = matches!(app.production, Version::Digest(_)).then_some("image-digest-pinned");
    match kind {
        Kind::Build => (app.staging, touches_production) = (fresh, false),
        Kind::Promotion => (app.production, app.limited) = (app.staging, true),
        Kind::PromotionWithSetting => {
            (app.production, app.limited, app.feature) = (app.staging, true, u32::try_from(number).ok());
            warnings.insert("config-drift");
        }
        Kind::Unseen => {
            app.production = fresh;
            errors.insert("digest-matches-staging");
        }
        Kind::Hotfix => {
            (app.staging, app.production) = (fresh, fresh);
            errors.insert("digest-matches-staging");
        }
        Kind::Tag => {
            app.production = Version::Tag(u32::try_from(number).unwrap());
            errors.extend(["digest-matches-staging"].into_iter().chain(unpinned));
        }
        Kind::Unlimited => {
            app.limited = false;
            errors.insert("resource-limits-present");
            warnings.insert("config-drift");
        }
        Kind::Setting => (app.level, touches_production) = (app.level + 1, false),
        Kind::Secret => {
            app.token = true;
            errors.insert("secret-referenced-exists");
            // The base is shared: staging gets it with the same change.
            warnings.insert("staged-first");
        }
        Kind::Comment => (app.comment, touches_production) = (app.comment + 1, false),
        Kind::Replicas => app.replicas = 2 + (app.replicas + 1) % 5,
        Kind::Weakened => {
            app.production = Version::Tag(u32::try_from(number).unwrap());
            state.disabled = Some("image-digest-pinned");
            errors.extend(["digest-matches-staging"].into_iter().chain(unpinned));
            warnings.insert("gate-tampering");
        }
        Kind::Unconfigured => {
            (state.configured, touches_production) = (false, false);
            errors.insert("gate-tampering");
        }
        Kind::Waiver => {
            let end = FREEZES.iter().map(|(_, end)| *end).find(|end| day(now).as_str() < *end);
            state.waivers.push((index, end.unwrap_or("2027-01-31").to_owned()));
            touches_production = false;
            warnings.extend(["gate-tampering", "waiver"]);
        }
    }
    let frozen = FREEZES.iter().any(|(start, end)| (*start..*end).contains(&day(now).as_str()));
    let mut waived = false;
    if frozen && touches_production {
        let waivers: Vec<&str> =
            before.waivers.iter().filter(|(app, _)| *app == index).map(|(_, until)| until.as_str()).collect();
        // A waiver holds through its last day.
        waived = waivers.iter().any(|until| day(now).as_str() <= *until);
        if !waived {
            errors.insert("freeze-window");
            warnings.extend(waivers.first().map(|_| "waiver"));
        }
    }
    let forced = matches!(kind, Kind::Tag | Kind::Unlimited) && dice.below(2) == 0;
    let files = state.files();
    let app = name(index);
    (Change { number, parent, kind, app, now, files, errors, warnings, waived, frozen, forced }, state)
}

/// The day in UTC, as text that sorts.
fn day(now: Timestamp) -> String {
    now.to_string().chars().take("2026-09-01".len()).collect()
}

/// Numbers that look random and are the same every time: xorshift, as Marsaglia gives it.
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 16).unwrap() % sides
    }
}
