//! Random lives of signing keys.

mod world;

use std::time::Duration;

use jose::Algorithm;
use proptest::prelude::*;
use signet::keys::Plan;

use world::{NODES, VERIFIERS, World};

const HOUR: i64 = 3_600_000;
const DAY: u64 = 86_400;

/// Something that happens.
#[derive(Clone, Debug)]
enum Event {
    /// So many eighths of some time that matters, and some milliseconds.
    Pass(Unit, u32, u64),
    /// Much longer, in seconds.
    Sleep(u64),
    Jump(i64),
    Look(usize),
    Write(usize),
    Turn(usize),
    Generate(usize, Algorithm),
    Rotate(usize, Algorithm, bool),
    Retire(usize, usize),
    Burn(usize),
    Ask(usize, usize),
    Answer(usize),
    /// Both at once.
    Fetch(usize, usize),
    Sign(usize, Algorithm),
}

/// A time that matters.
#[derive(Clone, Copy, Debug)]
enum Unit {
    PublishAhead,
    Every,
    Ring,
    Copy,
    Slack,
}

fn algorithm() -> impl Strategy<Value = Algorithm> {
    prop_oneof![3 => Just(Algorithm::RS256), 1 => Just(Algorithm::ES256)]
}

/// A plan that the configuration would take, `from` so many seconds of `publish_ahead` on.
fn plan(from: u64) -> impl Strategy<Value = (Plan, Duration)> {
    let ahead = prop::sample::select(vec![1, 2, 3, 10, 60, 7_200, DAY, 7 * DAY])
        .prop_filter("too short", move |it| *it >= from);
    let every = prop::sample::select(vec![None, Some(1), Some(2), Some(5), Some(100)]);
    (ahead, every, 300..DAY, 0..DAY).prop_map(|(ahead, every, ttl, more)| {
        let publish_ahead = Duration::from_secs(ahead);
        let plan = Plan {
            every: every.map(|times| publish_ahead * times),
            publish_ahead,
            keep_after: Duration::from_secs(ttl + 3_600 + more),
        };
        (plan, Duration::from_secs(ttl))
    })
}

/// What happens on any day.
fn usual() -> BoxedStrategy<Event> {
    let unit = prop::sample::select(vec![
        Unit::PublishAhead,
        Unit::Every,
        Unit::Ring,
        Unit::Copy,
        Unit::Slack,
    ]);
    prop_oneof![
        6 => (unit, 0..9_u32, 0..50_u64).prop_map(|(unit, share, millis)| Event::Pass(unit, share, millis)),
        2 => (0..NODES).prop_map(Event::Look),
        4 => (0..NODES).prop_map(Event::Write),
        3 => (0..NODES).prop_map(Event::Turn),
        1 => (0..NODES, algorithm()).prop_map(|(node, alg)| Event::Generate(node, alg)),
        2 => (0..VERIFIERS, 0..NODES).prop_map(|(verifier, node)| Event::Ask(verifier, node)),
        2 => (0..VERIFIERS).prop_map(Event::Answer),
        5 => (0..VERIFIERS, 0..NODES).prop_map(|(verifier, node)| Event::Fetch(verifier, node)),
        6 => (0..NODES, algorithm()).prop_map(|(node, alg)| Event::Sign(node, alg)),
    ]
    .boxed()
}

fn rotations() -> BoxedStrategy<Event> {
    (0..NODES, algorithm())
        .prop_map(|(node, alg)| Event::Rotate(node, alg, false))
        .boxed()
}

fn retirements() -> BoxedStrategy<Event> {
    prop_oneof![
        1 => (0..NODES, 0..8_usize).prop_map(|(node, which)| Event::Retire(node, which)),
        1 => prop::sample::select(vec![3_600, DAY, 3 * DAY, 7 * DAY]).prop_map(Event::Sleep),
    ]
    .boxed()
}

fn violence() -> BoxedStrategy<Event> {
    let far = prop::sample::select(vec![HOUR, 24 * HOUR, 24 * 30 * HOUR, 24 * 3650 * HOUR]);
    prop_oneof![
        1 => (0..NODES, algorithm()).prop_map(|(node, alg)| Event::Rotate(node, alg, true)),
        1 => (0..8_usize).prop_map(Event::Burn),
        2 => (far, any::<bool>()).prop_map(|(far, back)| Event::Jump(if back { -far } else { far })),
    ]
    .boxed()
}

impl World {
    /// Lets it happen; what breaks is told.
    fn happen(&mut self, event: &Event, verified: bool) -> Result<(), String> {
        match event {
            Event::Pass(unit, share, more) => {
                let unit = match unit {
                    Unit::PublishAhead => self.plan.publish_ahead,
                    Unit::Every => self.plan.every.unwrap_or_default(),
                    Unit::Ring => self.plan.ring_lasts(),
                    Unit::Copy => self.plan.longest_copy(),
                    Unit::Slack => self.plan.slack(),
                };
                self.pass(unit * *share / 8 + Duration::from_millis(*more));
            }
            Event::Sleep(seconds) => self.pass(Duration::from_secs(*seconds)),
            Event::Jump(by) => self.jump(*by),
            Event::Look(node) => self.look(*node),
            Event::Write(node) => {
                self.write(*node);
            }
            Event::Turn(node) => self.turn(*node),
            Event::Generate(node, alg) => self.generate(*node, *alg),
            Event::Rotate(node, alg, force) => self.rotate(*node, *alg, *force),
            Event::Retire(node, which) => self.retire_by_hand(*node, *which),
            Event::Burn(which) => self.burn(*which),
            Event::Ask(verifier, node) => self.ask(*verifier, *node),
            Event::Answer(verifier) => self.answer(*verifier),
            Event::Fetch(verifier, node) => {
                self.ask(*verifier, *node);
                self.answer(*verifier);
            }
            Event::Sign(node, alg) => {
                let signed = self.sign(*node, *alg);
                return if verified { signed } else { Ok(()) };
            }
        }
        Ok(())
    }

    fn live(&mut self, events: &[Event], verified: bool) -> Result<(), TestCaseError> {
        for event in events {
            let former = self.states();
            self.happen(event, verified)
                .and_then(|()| self.check(&former))
                .map_err(|broken| TestCaseError::fail(format!("{event:?}: {broken}")))?;
        }
        Ok(())
    }
}

/// No algorithm's key was rotated twice.
fn once_each(rotations: &[Algorithm]) -> bool {
    [Algorithm::RS256, Algorithm::ES256]
        .iter()
        .all(|alg| rotations.iter().filter(|it| *it == alg).count() <= 1)
}

fn config() -> ProptestConfig {
    ProptestConfig {
        cases: 250,
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

proptest! {
    #![proptest_config(config())]

    /// Any number of nodes, their writes in any order, rotations by hand and by the plan: every verifier that keeps its
    /// copy as long as it was told, and no longer, has the key of every token.
    #[test]
    fn sec_013_nobody_who_keeps_to_max_age_lacks_a_key_that_signs(
        (plan, ttl) in plan(1),
        events in prop::collection::vec(prop_oneof![20 => usual(), 6 => rotations(), 1 => retirements()], 1..150),
    ) {
        let mut world = World::new(plan, ttl, &[Algorithm::RS256]);
        world.live(&events, true)?;
    }

    /// The same where the clock may be off by an hour, either way, and keys are rotated by the plan.
    #[test]
    fn sec_172_a_clock_that_is_an_hour_off_fails_nobody(
        (plan, ttl) in plan(7_200),
        events in prop::collection::vec(
            prop_oneof![10 => usual().prop_map(|event| (event, None)),
                        1 => (-HOUR..HOUR).prop_map(|off| (Event::Jump(0), Some(off)))], 1..150),
    ) {
        let mut world = World::new(plan, ttl, &[Algorithm::RS256, Algorithm::ES256]);
        // Once only: off, and right again.
        let mut off = false;
        for (event, jump) in &events {
            if let Some(jump) = jump {
                off = !off;
                world.set_clock(if off { *jump } else { 0 });
            }
            world.live(std::slice::from_ref(event), true)?;
        }
    }

    /// Whatever happens (clocks that jump for years, force, burnt keys), one key signs, at most one waits, none goes
    /// back, and none goes before its tokens.
    #[test]
    fn sec_014_one_key_signs_and_at_most_one_waits_whatever_happens(
        (plan, ttl) in plan(1),
        events in prop::collection::vec(
            prop_oneof![8 => usual(), 2 => rotations(), 1 => retirements(), 2 => violence()], 1..150),
    ) {
        let mut world = World::new(plan, ttl, &[Algorithm::RS256]);
        world.live(&events, false)?;
    }

    /// However far the clock jumps, and however often nodes look then: one rotation.
    #[test]
    fn sec_172_a_jump_rotates_once_at_the_most(
        (plan, ttl) in plan(1),
        before in prop::collection::vec(usual(), 0..60),
        jump in -20 * 365 * 24 * HOUR..20 * 365 * 24 * HOUR,
        turns in prop::collection::vec((0..NODES, 0..50_u64), 1..30),
    ) {
        let mut world = World::new(plan, ttl, &[Algorithm::RS256]);
        world.live(&before, false)?;
        world.rotations.clear();
        world.jump(jump);
        for (node, passed) in turns {
            world.live(&[Event::Turn(node), Event::Pass(Unit::Slack, 0, passed.min(1_000 / 30))], false)?;
        }
        prop_assert!(once_each(&world.rotations), "{:?}", world.rotations);
    }

    /// Nodes that slept for weeks do what is overdue, once, in order, and then rest.
    #[test]
    fn nodes_that_were_away_catch_up(
        (plan, ttl) in plan(1),
        before in prop::collection::vec(usual(), 0..60),
        away in 7 * DAY..400 * DAY,
    ) {
        let mut world = World::new(plan, ttl, &[Algorithm::RS256, Algorithm::ES256]);
        world.live(&before, false)?;
        for node in 0..NODES {
            world.live(&[Event::Turn(node)], false)?;
        }
        world.rotations.clear();
        world.pass(Duration::from_secs(away));
        for turn in 0..4 {
            world.live(&[Event::Turn(turn % NODES)], false)?;
        }
        prop_assert!(world.is_quiet());
        prop_assert!(once_each(&world.rotations), "{:?}", world.rotations);
        // From then on the plan goes on as ever: nobody lacks a key.
        let mut after = Vec::new();
        for round in 0..40 {
            after.extend([Event::Turn(round % NODES), Event::Sign(round % NODES, Algorithm::RS256), Event::Pass(Unit::PublishAhead, 1, 3)]);
        }
        world.live(&after, true)?;
    }
}

/// One answer with the old set is on its way when all others have the new one.
#[test]
fn an_answer_on_its_way_is_waited_for() {
    let seconds = Duration::from_secs;
    let plan = Plan {
        every: None,
        publish_ahead: seconds(80),
        keep_after: Duration::from_hours(2),
    };
    let mut world = World::new(plan, Duration::from_mins(5), &[Algorithm::RS256]);
    // Node 1 has read its keys just before the new one is published by node 0.
    world.ask(2, 1);
    world.generate(0, Algorithm::RS256);
    world.write(0);
    for verifier in [0, 1, 3] {
        world.ask(verifier, 0);
        world.answer(verifier);
    }
    world.pass(plan.ring_lasts().saturating_sub(Duration::from_millis(1)));
    world.ask(2, 1);
    world.pass(Duration::from_millis(2));
    world.rotate(0, Algorithm::RS256, false);
    world.write(0);
    world.pass(plan.slack() / 2);
    world.answer(2);
    world.sign(0, Algorithm::RS256).unwrap();
    assert!(world.rotations.is_empty(), "an answer may be on its way");
    // Later it is known who has the old set, until when.
    world.pass(plan.slack() * 2);
    world.rotate(0, Algorithm::RS256, false);
    world.write(0);
    assert!(world.rotations.is_empty(), "a copy lasts");
    world.pass(plan.longest_copy() + seconds(10));
    world.rotate(0, Algorithm::RS256, false);
    world.write(0);
    world.sign(0, Algorithm::RS256).unwrap();
    assert_eq!(world.rotations, [Algorithm::RS256]);
}
