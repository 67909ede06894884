//! What customers do: each visit is a tree of steps through the services that the shop has.

mod director;
mod stories;

use rand::Rng as _;
use rand::rngs::StdRng;

use self::director::Director;
use super::shop::{Role, Shop};
use super::step::Step;
use super::weather::Faults;

/// The next visit, settled; it fails when it `must_fail`, or when the faults of the moment hit it.
pub(super) fn next(shop: &Shop, faults: &Faults, must_fail: bool, rng: &mut StdRng) -> Step {
    let mut director = Director::new(shop, *faults, must_fail, rng);
    let roll = director.rng().random_range(0..100);
    let visit = if must_fail {
        // Only these two have a step that can be made to fail; every shop has the first.
        let browse = roll < 30 && shop.find(Role::Catalog).is_some();
        if browse { stories::product_page(&mut director) } else { stories::purchase(&mut director) }
    } else {
        match roll {
            0..35 => stories::home_page(&mut director),
            35..62 => stories::product_page(&mut director),
            62..78 => stories::add_to_cart(&mut director),
            78..92 => stories::purchase(&mut director),
            _ => stories::login(&mut director),
        }
    };
    visit.settled()
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng as _;

    use super::*;

    const CALM: Faults = Faults { slow_database: false, payment_errors: false };

    fn visits(services: usize, faults: Faults, must_fail: bool) -> Vec<Step> {
        let mut rng = StdRng::seed_from_u64(7);
        let shop = Shop::new(services, &mut rng);
        (0..300).map(|_| next(&shop, &faults, must_fail, &mut rng)).collect()
    }

    fn count(visits: &[Step], is: impl Fn(&Step) -> bool) -> usize {
        visits.iter().filter(|visit| is(visit)).count()
    }

    fn services(step: &Step, seen: &mut std::collections::BTreeSet<usize>) {
        seen.insert(step.service);
        step.children.iter().for_each(|child| services(child, seen));
    }

    #[test]
    fn a_visit_that_must_fail_fails_in_every_shop() {
        for size in [3, 4, 12, 100] {
            assert_eq!(count(&visits(size, CALM, true), Step::failed), 300, "{size} services");
        }
    }

    #[test]
    fn faults_show_in_the_visits() {
        let calm = visits(12, CALM, false);
        let slow = visits(12, Faults { slow_database: true, payment_errors: false }, false);
        let errors = visits(12, Faults { slow_database: false, payment_errors: true }, false);
        let is_slow = |visit: &Step| visit.duration().as_millis() > 800;
        assert!(count(&calm, Step::failed) <= 6 && count(&calm, is_slow) <= 6);
        assert!(count(&slow, is_slow) > 60);
        assert!(count(&errors, Step::failed) > 8);
    }

    #[test]
    fn every_service_has_its_part() {
        for size in [3, 12, 40] {
            let mut seen = std::collections::BTreeSet::new();
            visits(size, CALM, false).iter().for_each(|visit| services(visit, &mut seen));
            assert_eq!(seen.len(), size);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_visits() {
        let shape = || format!("{:?}", visits(12, CALM, false));
        assert_eq!(shape(), shape());
    }
}
