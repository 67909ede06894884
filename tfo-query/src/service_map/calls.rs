//! From spans to calls, and their figures.

use std::collections::{HashMap, HashSet};

use super::facts::{Fact, Facts, NONE, Part};
use crate::durations::Durations;

/// Figures of calls while they are counted.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) requests: u64,
    pub(super) errors: u64,
    pub(super) durations: Durations,
}

impl Tally {
    fn add(&mut self, fact: &Fact) {
        self.requests += 1;
        self.errors += u64::from(fact.is_error);
        if let Some(nanos) = fact.duration() {
            self.durations.add(nanos);
        }
    }
}

/// Nodes and edges, by the numbers of the nodes.
#[derive(Debug, Default)]
pub(super) struct Found {
    pub(super) nodes: HashMap<u32, Tally>,
    pub(super) edges: HashMap<(u32, u32), Tally>,
}

impl Found {
    pub(super) fn of(facts: &Facts) -> Self {
        let mut found = Self::default();
        let answered = answered(facts);
        let producers = producers(facts);
        for (number, fact) in facts.all().iter().enumerate().filter(|(_, fact)| fact.counts) {
            if fact.service == NONE {
                continue;
            }
            let node = found.nodes.entry(fact.service).or_default();
            if fact.is_entry() {
                node.add(fact);
            }
            let parent = facts.parent(fact).and_then(|parent| facts.all().get(parent as usize));
            let parent = parent.map_or(NONE, |parent| parent.service);
            found.called(parent, fact);
            if let Some(producers) = producers.get(&(number as u32)) {
                // A consumer whose parent is the producer that it links to got one message.
                for producer in producers.iter().filter(|producer| **producer != parent) {
                    found.called(*producer, fact);
                }
            }
            if fact.peer != NONE && !answered.contains(&(number as u32)) {
                found.call(facts, fact);
            }
        }
        // Whoever calls is on the map, whether or not its own spans count.
        let ends: Vec<u32> = found.edges.keys().flat_map(|(client, server)| [*client, *server]).collect();
        for end in ends {
            found.nodes.entry(end).or_default();
        }
        found
    }

    /// A call of this span's service by another.
    fn called(&mut self, caller: u32, fact: &Fact) {
        if caller != NONE && caller != fact.service {
            self.edges.entry((caller, fact.service)).or_default().add(fact);
        }
    }

    /// A call of what sends no spans; one that has the name of a service is that service, which missed the call.
    fn call(&mut self, facts: &Facts, fact: &Fact) {
        match facts.service_named_as(fact.peer) {
            Some(service) if service == fact.service => {}
            Some(service) => self.edges.entry((fact.service, service)).or_default().add(fact),
            None => {
                self.nodes.entry(fact.peer).or_default().add(fact);
                self.edges.entry((fact.service, fact.peer)).or_default().add(fact);
            }
        }
    }
}

/// The spans of clients and producers whose other end is there, or that call through another such span.
fn answered(facts: &Facts) -> HashSet<u32> {
    let mut answered: HashSet<u32> = facts.links().iter().map(|(_, linked)| *linked).collect();
    for fact in facts.all() {
        let Some(number) = facts.parent(fact) else { continue };
        let Some(parent) = facts.all().get(number as usize) else { continue };
        if parent.peer != NONE
            && (parent.service != fact.service || matches!(fact.part, Part::Client | Part::Producer))
        {
            answered.insert(number);
        }
    }
    answered
}

/// The services of the producers that each consumer links to.
fn producers(facts: &Facts) -> HashMap<u32, HashSet<u32>> {
    let mut producers: HashMap<u32, HashSet<u32>> = HashMap::new();
    for (consumer, linked) in facts.links() {
        if let Some(producer) = facts.all().get(*linked as usize).filter(|fact| fact.part == Part::Producer) {
            producers.entry(*consumer).or_default().insert(producer.service);
        }
    }
    producers
}
