//! The kustomization file: its fields, typed (docs/kustomize.md, "Parsing"), and the fix-ups of old spellings.

use super::config::field_spec;
use super::decode::{Fields, Text, wrong_type};
use super::fieldspec::FieldSpec;
use super::folding;
use super::resource::{Asked, Behavior};
use crate::source::{Problem, RepoPath, SourceFile, Span, Use};
use crate::yaml::{Decoded, Node, Scalar};

/// A kustomization or component, as written but for old spellings.
#[derive(Debug, Clone, Default)]
pub(super) struct Kustomization {
    /// The file.
    pub(super) path: Option<RepoPath>,
    /// What of it is passed over in silence.
    pub(super) quirks: Vec<Problem>,
    /// Whether `kind: Component`.
    pub(super) component: bool,
    pub(super) openapi: Option<Node>,
    pub(super) name_prefix: Option<Text>,
    pub(super) name_suffix: Option<Text>,
    pub(super) namespace: Option<Text>,
    pub(super) common_labels: Vec<(Text, Text)>,
    pub(super) labels: Vec<Labels>,
    pub(super) common_annotations: Vec<(Text, Text)>,
    pub(super) patches_strategic_merge: Vec<Text>,
    pub(super) patches_json6902: Vec<Patch>,
    pub(super) patches: Vec<Patch>,
    pub(super) images: Vec<Image>,
    pub(super) replacements: Vec<Node>,
    pub(super) replicas: Vec<Replica>,
    pub(super) vars: Vec<Node>,
    pub(super) sort_options: Option<Node>,
    pub(super) resources: Vec<Text>,
    pub(super) components: Vec<Text>,
    pub(super) crds: Vec<Text>,
    pub(super) config_maps: Vec<GeneratorArgs>,
    pub(super) secrets: Vec<GeneratorArgs>,
    pub(super) generator_options: Option<GeneratorOptions>,
    /// What Helm would have to render.
    pub(super) charts: Vec<Chart>,
    pub(super) configurations: Vec<Text>,
    pub(super) generators: Vec<Text>,
    pub(super) transformers: Vec<Text>,
    pub(super) validators: Vec<Text>,
    pub(super) build_metadata: Vec<Text>,
    /// The whole of it, as written.
    pub(super) root: Option<Node>,
}

/// An entry of `helmCharts` or `helmChartInflationGenerator`.
#[derive(Debug, Clone)]
pub(super) struct Chart {
    /// The field.
    pub(super) span: Option<Span>,
    pub(super) name: Text,
    pub(super) version: Option<Text>,
    /// Where it is fetched from.
    pub(super) repository: Option<Text>,
    /// The directory in which charts are looked for first.
    pub(super) home: String,
    /// The whole entry.
    pub(super) config: Node,
}

/// What a file says that it is.
pub(super) struct Header {
    kind: Text,
    api_version: Text,
}

/// An entry of `labels`.
#[derive(Debug, Clone)]
pub(super) struct Labels {
    pub(super) pairs: Vec<(Text, Text)>,
    pub(super) include_selectors: bool,
    pub(super) include_templates: bool,
    pub(super) fields: Vec<FieldSpec>,
}

/// An entry of `patches` or `patchesJson6902`.
#[derive(Debug, Clone)]
pub(super) struct Patch {
    pub(super) span: Option<Span>,
    pub(super) path: Option<Text>,
    pub(super) patch: Option<Text>,
    pub(super) target: Option<Node>,
    pub(super) allow_name_change: bool,
    pub(super) allow_kind_change: bool,
}

impl Patch {
    /// Takes note that a file patches Secrets, where it does.
    pub(super) fn mark(&self, file: &SourceFile) {
        let kind = self.target.as_ref().and_then(|target| target.get("kind")).and_then(Node::text);
        if kind.is_some_and(|kind| kind.to_ascii_lowercase().contains("secret")) {
            file.mark(Use::SecretPatch);
        }
    }
}

/// An entry of `images`.
#[derive(Debug, Clone, Default)]
pub(super) struct Image {
    pub(super) span: Option<Span>,
    pub(super) name: Text,
    pub(super) new_name: Text,
    pub(super) tag_suffix: Text,
    pub(super) new_tag: Text,
    pub(super) digest: Text,
}

/// An entry of `replicas`.
#[derive(Debug, Clone, Default)]
pub(super) struct Replica {
    pub(super) span: Option<Span>,
    pub(super) name: Text,
    pub(super) count: i64,
    pub(super) count_span: Option<Span>,
}

/// An entry of `configMapGenerator` or `secretGenerator`.
#[derive(Debug, Clone)]
pub(super) struct GeneratorArgs {
    pub(super) span: Option<Span>,
    pub(super) name: Text,
    pub(super) namespace: Option<Text>,
    pub(super) behavior: Behavior,
    pub(super) literals: Vec<Text>,
    pub(super) files: Vec<Text>,
    pub(super) envs: Vec<Text>,
    /// Only for Secrets.
    pub(super) secret_type: Option<Text>,
    pub(super) options: Option<GeneratorOptions>,
}

/// `generatorOptions`, or the `options` of one generator.
#[derive(Debug, Clone, Default)]
pub(super) struct GeneratorOptions {
    pub(super) labels: Vec<(Text, Text)>,
    pub(super) annotations: Vec<(Text, Text)>,
    pub(super) disable_name_suffix_hash: bool,
    pub(super) immutable: Option<Asked>,
}

impl GeneratorArgs {
    /// All that is written in the entry and in the kustomization's `generatorOptions`, as texts that tell it from others.
    pub(super) fn said(&self, global: Option<&GeneratorOptions>) -> Vec<String> {
        let text = |text: &Option<Text>| text.as_ref().map(|text| text.to_string());
        let list = |texts: &[Text]| texts.iter().map(|text| text.to_string()).collect::<Vec<_>>();
        let pairs = |pairs: &[(Text, Text)]| {
            pairs.iter().map(|(key, value)| (key.to_string(), value.to_string())).collect::<Vec<_>>()
        };
        let options = |options: &GeneratorOptions| {
            let flags = (options.disable_name_suffix_hash, options.immutable.is_some());
            format!("{:?}", (pairs(&options.labels), pairs(&options.annotations), flags))
        };
        let mut said = vec![
            format!("{:?}", (&*self.name, text(&self.namespace), self.behavior, text(&self.secret_type))),
            format!("{:?}", (list(&self.literals), list(&self.files), list(&self.envs))),
        ];
        said.extend([self.options.as_ref(), global].map(|one| one.map(options).unwrap_or_default()));
        said
    }
}

impl Kustomization {
    /// Reads the fields.
    ///
    /// # Errors
    /// When a field is unknown or of another type, the file is empty, or kind and version are not those of
    /// a kustomization.
    pub(super) fn decode(root: &Node) -> Result<Self, Problem> {
        let root = &*folding::once(root);
        let (kustomization, header) = Self::decode_fields(root)?;
        check_header(root, &header)?;
        Ok(kustomization)
    }

    /// Reads the fields of a map that has each of them once; it may have none.
    ///
    /// # Errors
    /// When a field is unknown or of another type.
    pub(super) fn decode_fields(root: &Node) -> Result<(Self, Header), Problem> {
        let mut fields = Fields::of(root, "the kustomization")?;
        let kind = fields.text("kind")?.unwrap_or_default();
        let api_version = fields.text("apiVersion")?.unwrap_or_default();
        fields.map("metadata", "`metadata`", object_meta)?;
        let mut resources = fields.texts("resources")?;
        resources.extend(fields.texts("bases")?);
        let mut images = fields.maps("images", "an entry of `images`", image)?;
        images.extend(fields.maps("imageTags", "an entry of `imageTags`", image)?);
        let charts = charts(&mut fields)?;
        fields.pairs("openapi")?;
        let kustomization = Self {
            path: None,
            quirks: Vec::new(),
            component: &*kind == "Component",
            openapi: fields.node("openapi").cloned(),
            name_prefix: fields.text("namePrefix")?,
            name_suffix: fields.text("nameSuffix")?,
            namespace: fields.text("namespace")?,
            common_labels: fields.pairs("commonLabels")?,
            labels: fields.maps("labels", "an entry of `labels`", labels)?,
            common_annotations: fields.pairs("commonAnnotations")?,
            patches_strategic_merge: fields.texts("patchesStrategicMerge")?,
            patches_json6902: fields.maps("patchesJson6902", "an entry of `patchesJson6902`", patch)?,
            patches: fields.maps("patches", "an entry of `patches`", patch)?,
            images,
            replacements: fields.list("replacements")?.to_vec(),
            replicas: fields.maps("replicas", "an entry of `replicas`", replica)?,
            vars: fields.list("vars")?.to_vec(),
            sort_options: fields.node("sortOptions").cloned(),
            resources,
            components: fields.texts("components")?,
            crds: fields.texts("crds")?,
            config_maps: fields.maps("configMapGenerator", "an entry of `configMapGenerator`", |fields| {
                with_env(config_map(fields)?, fields)
            })?,
            secrets: fields
                .maps("secretGenerator", "an entry of `secretGenerator`", |fields| with_env(secret(fields)?, fields))?,
            generator_options: fields.map("generatorOptions", "`generatorOptions`", generator_options)?,
            charts,
            configurations: fields.texts("configurations")?,
            generators: fields.texts("generators")?,
            transformers: fields.texts("transformers")?,
            validators: fields.texts("validators")?,
            build_metadata: fields.texts("buildMetadata")?,
            root: None,
        };
        fields.finish()?;
        Ok((kustomization, Header { kind, api_version }))
    }
}

/// What Helm would have to render; the fields of an entry are not looked at beyond what names the chart.
fn charts(fields: &mut Fields<'_>) -> Result<Vec<Chart>, Problem> {
    let globals = fields.map("helmGlobals", "`helmGlobals`", |fields| {
        fields.text("configHome")?;
        fields.text("chartHome")
    })?;
    let home = globals.flatten().filter(|home| !home.is_empty());
    let home = home.map_or_else(|| "charts".to_owned(), |home| home.to_string());
    let mut charts = Vec::new();
    for (field, name, version, repository) in [
        ("helmCharts", "name", "version", "repo"),
        ("helmChartInflationGenerator", "chartName", "chartVersion", "chartRepoUrl"),
    ] {
        let span = fields.entry(field).and_then(|entry| entry.key.span);
        for config in fields.list(field)? {
            charts.push(Chart::read(config, span, &home, [name, version, repository]));
        }
    }
    Ok(charts)
}

impl Chart {
    /// What the plugin for charts is configured to render.
    pub(super) fn of_plugin(config: &Node) -> Self {
        Self::read(config, config.origin.span, "charts", ["name", "version", "repo"])
    }

    /// Reads what names a chart, by the keys of its name, version and repository.
    fn read(config: &Node, span: Option<Span>, home: &str, [name, version, repository]: [&str; 3]) -> Self {
        let text = |key: &str| {
            let node = config.get(key)?;
            Some(Text { text: node.text()?.into(), span: node.origin.span })
        };
        let own = text("chartHome").filter(|home| !home.is_empty());
        Self {
            span,
            name: text(name).unwrap_or_default(),
            version: text(version).filter(|version| !version.is_empty()),
            repository: text(repository).filter(|repository| !repository.is_empty()),
            home: own.map_or_else(|| home.to_owned(), |home| home.to_string()),
            config: config.clone(),
        }
    }
}

fn check_header(root: &Node, Header { kind, api_version }: &Header) -> Result<(), Problem> {
    const HEADER: [&str; 2] = ["kind", "apiVersion"];
    let says_something = |entry: &crate::yaml::Entry| {
        !HEADER.iter().any(|name| folding::is(&entry.key.text, name)) && !entry.value.is_null()
    };
    if !root.as_map().is_some_and(|map| map.iter().any(says_something)) {
        return Err(Problem::new("the kustomization is empty")
            .at(root.origin.span)
            .hint("list what it renders under `resources:`"));
    }
    let wanted = match &**kind {
        "" | "Kustomization" => "kustomize.config.k8s.io/v1beta1",
        "Component" => "kustomize.config.k8s.io/v1alpha1",
        other => {
            // The lines below it may have become part of it, and what they say is not for everyone.
            let (other, more) = other.split_once(char::is_whitespace).map_or((other, ""), |(first, _)| (first, " …"));
            return Err(
                Problem::new(format!("`kind` should be Kustomization or Component, not `{other}{more}`")).at(kind.span)
            );
        }
    };
    if !api_version.is_empty() && &**api_version != wanted {
        return Err(
            Problem::new(format!("`apiVersion` should be `{wanted}`, not `{}`", &**api_version)).at(api_version.span)
        );
    }
    Ok(())
}

fn object_meta(fields: &mut Fields<'_>) -> Result<(), Problem> {
    fields.text("name")?;
    fields.text("namespace")?;
    fields.pairs("labels")?;
    fields.pairs("annotations")?;
    Ok(())
}

fn labels(fields: &mut Fields<'_>) -> Result<Labels, Problem> {
    Ok(Labels {
        pairs: fields.pairs("pairs")?,
        include_selectors: fields.flag("includeSelectors")?,
        include_templates: fields.flag("includeTemplates")?,
        fields: fields.maps("fields", "an entry of `fields`", field_spec)?,
    })
}

/// The fields of an entry of `patches`, or of a plugin that patches.
pub(super) fn patch(fields: &mut Fields<'_>) -> Result<Patch, Problem> {
    let (allow_name_change, allow_kind_change) = fields.map("options", "`options`", patch_options)?.unwrap_or_default();
    Ok(Patch {
        span: fields.span(),
        path: fields.text("path")?.filter(|path| !path.is_empty()),
        patch: fields.text("patch")?,
        target: fields.node("target").cloned(),
        allow_name_change,
        allow_kind_change,
    })
}

fn patch_options(fields: &mut Fields<'_>) -> Result<(bool, bool), Problem> {
    Ok((fields.flag("allowNameChange")?, fields.flag("allowKindChange")?))
}

/// The fields of an entry of `images`.
pub(super) fn image(fields: &mut Fields<'_>) -> Result<Image, Problem> {
    Ok(Image {
        span: fields.span(),
        name: fields.text("name")?.unwrap_or_default(),
        new_name: fields.text("newName")?.unwrap_or_default(),
        tag_suffix: fields.text("tagSuffix")?.unwrap_or_default(),
        new_tag: fields.text("newTag")?.unwrap_or_default(),
        digest: fields.text("digest")?.unwrap_or_default(),
    })
}

/// The fields of an entry of `replicas`.
pub(super) fn replica(fields: &mut Fields<'_>) -> Result<Replica, Problem> {
    let name = fields.text("name")?.unwrap_or_default();
    let count = fields.node("count");
    let value = match count {
        None => 0,
        Some(node) => match node.as_scalar().map(Scalar::decode) {
            Some(Decoded::Int(count)) => count,
            _ => return Err(wrong_type(node, "count", "a whole number")),
        },
    };
    Ok(Replica { span: fields.span(), name, count: value, count_span: count.and_then(|node| node.origin.span) })
}

/// `env` is an old spelling, which is understood in kustomizations only.
fn with_env(mut args: GeneratorArgs, fields: &mut Fields<'_>) -> Result<GeneratorArgs, Problem> {
    args.envs.extend(fields.text("env")?.filter(|env| !env.is_empty()));
    Ok(args)
}

/// The fields of a generator of ConfigMaps, in a kustomization or in the configuration of a plugin.
pub(super) fn config_map(fields: &mut Fields<'_>) -> Result<GeneratorArgs, Problem> {
    let behavior = match fields.text("behavior")?.as_deref() {
        Some("create") => Behavior::Create,
        Some("replace") => Behavior::Replace,
        Some("merge") => Behavior::Merge,
        _ => Behavior::Unspecified,
    };
    Ok(GeneratorArgs {
        span: fields.span(),
        name: fields.text("name")?.unwrap_or_default(),
        namespace: fields.text("namespace")?.filter(|namespace| !namespace.is_empty()),
        behavior,
        literals: fields.texts("literals")?,
        files: fields.texts("files")?,
        envs: fields.texts("envs")?,
        secret_type: None,
        options: fields.map("options", "`options`", generator_options)?,
    })
}

/// The fields of a generator of Secrets, in a kustomization or in the configuration of a plugin.
pub(super) fn secret(fields: &mut Fields<'_>) -> Result<GeneratorArgs, Problem> {
    let secret_type = fields.text("type")?.filter(|kind| !kind.is_empty());
    Ok(GeneratorArgs { secret_type, ..config_map(fields)? })
}

fn generator_options(fields: &mut Fields<'_>) -> Result<GeneratorOptions, Problem> {
    let immutable = fields.flag("immutable")?;
    Ok(GeneratorOptions {
        labels: fields.pairs("labels")?,
        annotations: fields.pairs("annotations")?,
        disable_name_suffix_hash: fields.flag("disableNameSuffixHash")?,
        immutable: immutable.then(|| Asked(fields.node("immutable").and_then(|node| node.origin.span))),
    })
}
