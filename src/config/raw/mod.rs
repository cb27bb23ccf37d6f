//! The configuration as typed: every value with its place, nothing looked up, nothing defaulted.

pub(crate) mod backend;
pub(crate) mod import;
pub(crate) mod maintenance;
pub(crate) mod people;
pub(crate) mod policy;
pub(crate) mod service;
pub(crate) mod sli;
pub(crate) mod slo;

use super::origin::Origin;
use super::place::At;
use super::reader::Reader;

#[derive(Debug)]
pub(crate) struct File {
    pub(crate) origin: Origin,
    pub(crate) refresh: Option<At<String>>,
    pub(crate) timeout: Option<At<String>>,
    pub(crate) theme: Option<At<String>>,
    pub(crate) state_dir: Option<At<String>>,
    pub(crate) user: Option<At<String>>,
    pub(crate) runbooks: Vec<At<String>>,
    pub(crate) imports: Vec<import::Import>,
    pub(crate) allow: Vec<At<String>>,
    pub(crate) backends: Vec<backend::Backend>,
    pub(crate) services: Vec<service::Service>,
    pub(crate) slos: Vec<slo::Slo>,
    pub(crate) policies: Vec<policy::Policy>,
    pub(crate) maintenance: Vec<maintenance::Maintenance>,
    pub(crate) people: Vec<people::Person>,
    pub(crate) schedules: Vec<people::Schedule>,
}

impl File {
    pub(crate) fn read(mut reader: Reader<'_, '_>) -> Self {
        let file = Self {
            origin: reader.origin(),
            refresh: reader.text("refresh"),
            timeout: reader.text("timeout"),
            theme: reader.text("theme"),
            state_dir: reader.text("state_dir"),
            user: reader.text("user"),
            runbooks: reader.texts("runbooks").map_or_else(Vec::new, |list| list.value),
            imports: import::imports(&mut reader),
            allow: reader.texts("allow").map_or_else(Vec::new, |list| list.value),
            backends: reader
                .tables("backend", "[[backend]]")
                .into_iter()
                .map(backend::Backend::read)
                .collect(),
            services: reader
                .tables("service", "[[service]]")
                .into_iter()
                .map(service::Service::read)
                .collect(),
            slos: reader.tables("slo", "[[slo]]").into_iter().map(slo::Slo::read).collect(),
            policies: reader.tables("policy", "[[policy]]").into_iter().map(policy::Policy::read).collect(),
            maintenance: reader
                .tables("maintenance", "[[maintenance]]")
                .into_iter()
                .map(maintenance::Maintenance::read)
                .collect(),
            people: reader.tables("person", "[[person]]").into_iter().map(people::Person::read).collect(),
            schedules: reader
                .tables("schedule", "[[schedule]]")
                .into_iter()
                .map(people::Schedule::read)
                .collect(),
        };
        reader.finish();
        file
    }
}
