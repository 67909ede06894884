//! The services of the shop: twelve with parts of their own, and as many more as are asked for.

use opentelemetry::KeyValue;
use rand::Rng;
use rand::rngs::StdRng;

/// A service with a part of its own in the visits, the most important first: a shop with few services has the
/// first of these, and the calls to the others do not happen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Frontend,
    Checkout,
    Payment,
    Catalog,
    Cart,
    Inventory,
    Pricing,
    Auth,
    Shipping,
    Recommendation,
    Notification,
    Gateway,
}

impl Role {
    const ALL: [(Self, &'static str, &'static str); 12] = [
        (Self::Frontend, "frontend", "4.11.0"),
        (Self::Checkout, "checkout", "2.7.3"),
        (Self::Payment, "payment", "1.19.2"),
        (Self::Catalog, "catalog", "3.2.0"),
        (Self::Cart, "cart", "2.0.8"),
        (Self::Inventory, "inventory", "1.4.1"),
        (Self::Pricing, "pricing", "0.9.12"),
        (Self::Auth, "auth", "5.0.0"),
        (Self::Shipping, "shipping", "1.1.0"),
        (Self::Recommendation, "recommendation", "0.14.0"),
        (Self::Notification, "notification", "2.2.5"),
        (Self::Gateway, "gateway", "1.31.0"),
    ];
}

/// Names of services beyond the twelve; then they are numbered.
const EXTRAS: [&str; 12] = [
    "search",
    "reviews",
    "wishlist",
    "promotions",
    "loyalty",
    "returns",
    "media",
    "ads",
    "tax",
    "fraud",
    "suppliers",
    "gift-cards",
];

/// The fewest services that a purchase needs, and the most that one machine is asked to act.
const COUNT: std::ops::RangeInclusive<usize> = 3..=500;

/// One service.
#[derive(Debug, Clone)]
pub(super) struct Service {
    /// `service.name`; others call it by this name as well.
    pub(super) name: String,
    /// `service.version`.
    version: &'static str,
    /// The pod that it runs in.
    pod: String,
    /// The node under the pod.
    node: u32,
}

impl Service {
    /// The attributes of its resource.
    pub(super) fn resource(&self) -> Vec<KeyValue> {
        vec![
            KeyValue::new("service.name", self.name.clone()),
            KeyValue::new("service.namespace", "shop"),
            KeyValue::new("service.version", self.version),
            KeyValue::new("service.instance.id", self.pod.clone()),
            KeyValue::new("deployment.environment.name", "demo"),
            KeyValue::new("host.name", format!("node-{}", self.node)),
            KeyValue::new("os.type", "linux"),
            KeyValue::new("cloud.region", "eu-central-1"),
            KeyValue::new("k8s.namespace.name", "shop"),
            KeyValue::new("k8s.deployment.name", self.name.clone()),
            KeyValue::new("k8s.pod.name", self.pod.clone()),
        ]
    }

    /// Its address in the cluster.
    pub(super) fn address(&self) -> String {
        format!("{}.shop.svc", self.name)
    }
}

/// All services; a service is named by its place in here.
#[derive(Debug, Clone)]
pub(super) struct Shop {
    services: Vec<Service>,
}

impl Shop {
    /// A shop with this many services.
    pub(super) fn new(count: usize, rng: &mut StdRng) -> Self {
        let services = (0..count.clamp(*COUNT.start(), *COUNT.end()))
            .map(|index| {
                let (name, version) = match Role::ALL.get(index) {
                    Some((_, name, version)) => ((*name).to_owned(), *version),
                    None => (extra_name(index - Role::ALL.len()), "1.0.0"),
                };
                let pod =
                    format!("{name}-{:08x}-{:05x}", rng.random::<u32>(), rng.random_range(0..0x10_0000));
                Service { name, version, pod, node: rng.random_range(1..=4) }
            })
            .collect();
        Self { services }
    }

    /// Every service, in order.
    pub(super) fn services(&self) -> &[Service] {
        &self.services
    }

    /// Where a role is played, if it is.
    pub(super) fn find(&self, role: Role) -> Option<usize> {
        let index = role as usize;
        (index < self.services.len()).then_some(index)
    }

    /// The services without a role.
    pub(super) fn extras(&self) -> std::ops::Range<usize> {
        Role::ALL.len().min(self.services.len())..self.services.len()
    }
}

fn extra_name(number: usize) -> String {
    EXTRAS.get(number).map_or_else(|| format!("partner-{:03}", number + 1), |name| (*name).to_owned())
}

#[cfg(test)]
mod tests {
    use rand::SeedableRng;

    use super::*;

    #[test]
    fn each_role_stands_at_its_own_place() {
        let shop = Shop::new(12, &mut StdRng::seed_from_u64(1));
        for (role, name, _) in Role::ALL {
            assert_eq!(shop.find(role).map(|index| shop.services()[index].name.as_str()), Some(name));
        }
        assert!(shop.extras().is_empty());
    }

    #[test]
    fn a_shop_has_the_services_asked_for_within_reason() {
        let names = |count| {
            let shop = Shop::new(count, &mut StdRng::seed_from_u64(1));
            let names: std::collections::BTreeSet<_> =
                shop.services().iter().map(|s| s.name.clone()).collect();
            (names.len(), shop.find(Role::Gateway).is_some(), shop.extras().len())
        };
        assert_eq!(names(0), (3, false, 0));
        assert_eq!(names(12), (12, true, 0));
        assert_eq!(names(100), (100, true, 88));
    }
}
