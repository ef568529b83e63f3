//! Waivers beside what they waive: those of the base revision cover what head has on the same lines.
//!
//! Lines move, so they are known by the field that they set and by their text. Only files that hold findings or that the change touches are read;
//! without a base revision those that were rendered.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::about::{GRANTED, finding, too_broad};
use crate::change::Loaded;
use crate::finding::{Finding, Masks, Status};
use crate::judge::identity::of_failure;
use crate::repo::{InlineWaiver, fields_by_line, inline_waivers, lines_without_comments};
use crate::source::{ChangeKind, Problem, RepoPath, Revision, Span};

/// What to do about one that is no good.
const HELP: &str = "take it away, or write it anew with another end and reason";

/// The files that were looked at, each opened once.
pub(super) struct Shelf<'s, 'a> {
    loaded: &'s Loaded<'a>,
    policies: Vec<&'s str>,
    masks: Masks,
    books: BTreeMap<RepoPath, Book>,
}

/// A file as the revisions have it.
#[derive(Default)]
struct Book {
    head: Page,
    /// `None` where head's counts itself: it is the base's too, or there is no base revision.
    base: Option<Page>,
    /// Whose waivers count.
    judge: Judge,
}

/// Whose waivers count in a file.
#[derive(Default)]
enum Judge {
    /// The base's, as the base is the protected branch's tip.
    #[default]
    Base,
    /// Head's, which the tip has, too.
    Head,
    /// The tip's.
    Tip(Page),
}

/// A file of one revision; empty where it has none.
#[derive(Default)]
struct Page {
    waivers: Vec<InlineWaiver>,
    problems: Vec<Problem>,
    /// The lines, where they are to be compared.
    lines: Vec<String>,
    /// The fields that begin on each line, where there is a waiver to compare.
    fields: BTreeMap<u32, Vec<String>>,
    /// The waivers by the line that they are about, as indices.
    by_line: HashMap<u32, Vec<usize>>,
    /// The lines, from 1, that read the same.
    by_text: HashMap<String, Vec<u32>>,
}

impl Page {
    fn open(revision: &Revision, path: &RepoPath, loaded: &Loaded<'_>, compared: bool) -> Self {
        let Ok((id, file)) = revision.read(path) else { return Self::default() };
        let Some(content) = file.text() else { return Self::default() };
        let (waivers, problems) = inline_waivers(id, content, loaded.request.now);
        let lines = if compared { lines_without_comments(id, content) } else { Vec::new() };
        let fields = if compared { fields_by_line(revision.files(), id) } else { BTreeMap::new() };
        let mut page = Self { waivers, problems, fields, ..Self::default() };
        for (index, waiver) in page.waivers.iter().enumerate() {
            page.by_line.entry(waiver.line).or_default().push(index);
        }
        for (number, line) in (1..).zip(&lines) {
            page.by_text.entry((*line).to_owned()).or_default().push(number);
        }
        page.lines = lines.into_iter().map(str::to_owned).collect();
        page
    }

    fn line(&self, number: u32) -> &str {
        let index = (number as usize).checked_sub(1);
        index.and_then(|index| self.lines.get(index)).map_or("", String::as_str)
    }

    /// Whether this line sets the field that `line` of `other` sets.
    fn sets_the_same(&self, number: u32, other: &Self, line: u32) -> bool {
        let (ours, theirs) = (self.fields.get(&number), other.fields.get(&line));
        ours.zip(theirs).is_some_and(|(ours, theirs)| ours.iter().any(|field| theirs.contains(field)))
    }

    /// The lines that read like that.
    fn alike(&self, text: &str) -> &[u32] {
        self.by_text.get(text).map(Vec::as_slice).unwrap_or_default()
    }

    /// Whether a waiver of the page covers what a policy finds on one of its lines.
    fn covers(&self, policy: &str, line: u32) -> bool {
        let about = self.by_line.get(&line).map(Vec::as_slice).unwrap_or_default();
        about.iter().filter_map(|index| self.waivers.get(*index)).any(|waiver| waiver.covers(policy, line))
    }

    /// What makes a waiver the same wherever it stands.
    fn key<'p>(&'p self, waiver: &'p InlineWaiver) -> impl Eq + std::hash::Hash + use<'p> {
        let names: Vec<&str> = waiver.policies.iter().map(|(name, _)| name.as_str()).collect();
        (names, waiver.until, waiver.reason.as_str(), self.line(waiver.line))
    }
}

impl Book {
    fn open(loaded: &Loaded<'_>, path: &RepoPath) -> Self {
        let head = loaded.request.head;
        let other = |revision: &&Revision| !head.same(revision, path);
        let request = loaded.request.base.as_ref();
        let base = request.map(|base| base.revision).filter(other);
        let judge = match request {
            None => Judge::Head,
            Some(request) if std::ptr::eq(request.judge, request.revision) => Judge::Base,
            Some(request) if !other(&request.judge) => Judge::Head,
            Some(request) => Judge::Tip(Page::open(request.judge, path, loaded, true)),
        };
        let base = base.map(|base| Page::open(base, path, loaded, true));
        let pages = [base.as_ref(), if let Judge::Tip(page) = &judge { Some(page) } else { None }];
        // Lines are compared with those that a waiver of the base is about, and with no others.
        let compared = pages.into_iter().flatten().any(|page| !page.waivers.is_empty());
        Self { head: Page::open(head, path, loaded, compared), base, judge }
    }

    fn covers(&self, finding: &Finding, line: u32) -> bool {
        let policy = finding.policy.as_str();
        let base = match &self.judge {
            Judge::Base => self.base.as_ref(),
            Judge::Head => None,
            Judge::Tip(page) => Some(page),
        };
        let Some(base) = base else {
            return self.head.covers(policy, line);
        };
        let text = self.head.line(line);
        // What was not found before was not waived either, though the line may read the same: another line may have
        // given it another image. Of more lines of one text than there were, nothing tells which is the one that was.
        finding.status == Status::Known
            && !text.is_empty()
            && self.head.alike(text).len() <= base.alike(text).len()
            && base.alike(text).iter().any(|old| base.covers(policy, *old) && self.head.sets_the_same(line, base, *old))
    }
}

impl<'s, 'a> Shelf<'s, 'a> {
    pub(super) fn new(loaded: &'s Loaded<'a>) -> Self {
        let policies = loaded.rules.policies().iter().map(|policy| policy.id.as_str()).collect();
        Self { loaded, policies, masks: Masks::default(), books: BTreeMap::new() }
    }

    /// Whether one covers the finding. What no policy says, that nothing could be rendered for instance, none does.
    pub(super) fn covers(&mut self, finding: &Finding) -> bool {
        let Some(place) = &finding.place else { return false };
        let location = &place.location;
        self.book(&location.path).covers(finding, location.line) && self.policies.contains(&finding.policy.as_str())
    }

    fn book(&mut self, path: &RepoPath) -> &Book {
        self.books.entry(path.clone()).or_insert_with(|| Book::open(self.loaded, path))
    }

    /// What is wrong with the waivers of the files that were opened, that the change touches, and of `inputs`.
    pub(super) fn faults(&mut self, inputs: &BTreeSet<RepoPath>) -> Vec<Finding> {
        let touched = self.loaded.base.iter().flat_map(|base| &base.extent.files);
        let touched = touched.filter(|file| file.kind != ChangeKind::Removed && is_yaml(&file.path));
        for path in touched.map(|file| &file.path).chain(inputs) {
            self.book(path);
        }
        self.books.iter().flat_map(|(path, book)| self.of_book(path, book)).collect()
    }

    fn of_book(&self, path: &RepoPath, book: &Book) -> Vec<Finding> {
        let files = self.loaded.request.head.files();
        let text = |span: Option<Span>| span.and_then(|span| files.text(span));
        let key = |problem: &Problem| (problem.message().to_owned(), text(problem.span()));
        let mut before: HashMap<(String, Option<String>), usize> = HashMap::new();
        for problem in book.base.iter().flat_map(|base| self.of_page(base)) {
            *before.entry(key(&problem)).or_default() += 1;
        }
        let mut findings = Vec::new();
        for problem in self.of_page(&book.head) {
            let known = match &book.base {
                None => self.loaded.base.is_some(),
                Some(_) => take(&mut before, &key(&problem)),
            };
            let status = if known { Status::Known } else { Status::New };
            findings.push(self.finding(path, problem.span(), problem.message(), problem.hint_text(), status));
        }
        if let Some(base) = &book.base {
            let mut old = HashMap::new();
            for waiver in &base.waivers {
                *old.entry(base.key(waiver)).or_default() += 1;
            }
            for waiver in &book.head.waivers {
                if take(&mut old, &book.head.key(waiver)) {
                    continue;
                }
                let message = format!("{GRANTED}: `{}`", waiver.reason);
                findings.push(self.finding(path, Some(waiver.span), &message, None, Status::New));
            }
        }
        findings
    }

    fn of_page(&self, page: &Page) -> Vec<Problem> {
        let mut problems = page.problems.clone();
        for waiver in &page.waivers {
            problems.extend(waiver.unknown_policies(&self.policies));
            let why = waiver.too_broad(self.loaded.request.now);
            problems.extend(why.map(|why| Problem::new(too_broad(&why)).at(waiver.span).hint(HELP)));
        }
        problems
    }

    fn finding(
        &self,
        path: &RepoPath,
        span: Option<Span>,
        message: &str,
        help: Option<&str>,
        status: Status,
    ) -> Finding {
        let said = span.and_then(|span| self.loaded.request.head.files().text(span)).unwrap_or_default();
        let fingerprint = of_failure("waiver", Some(path.as_str()), &format!("{message} {said}"));
        Finding { status, fingerprint, ..finding(self.loaded, &self.masks, span, message, help) }
    }
}

/// Takes one of what is counted, if there is one left.
fn take<K: Eq + std::hash::Hash>(counts: &mut HashMap<K, usize>, key: &K) -> bool {
    let left = counts.get_mut(key).filter(|left| **left > 0);
    left.map(|left| *left -= 1).is_some()
}

/// Whether a file is YAML by its name. Others that a change touches are not opened for it.
fn is_yaml(path: &RepoPath) -> bool {
    let name = path.file_name();
    let extension = name.rsplit_once('.').map(|(_, extension)| extension.to_ascii_lowercase());
    matches!(extension.as_deref(), Some("yaml" | "yml")) || name == "Kustomization"
}
