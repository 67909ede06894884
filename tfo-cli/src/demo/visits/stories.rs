//! The five visits.

use opentelemetry::KeyValue;
use opentelemetry::logs::Severity;
use rand::Rng as _;

use super::director::{Director, Query};
use crate::demo::shop::Role;
use crate::demo::step::{Attach, Measure, Step, Work};

const PRODUCTS: [(&str, f64); 6] = [
    ("espresso-machine", 249.0),
    ("trail-shoes", 119.9),
    ("desk-lamp", 39.5),
    ("rain-jacket", 89.0),
    ("chess-set", 54.25),
    ("fountain-pen", 27.8),
];

const LIST_PRODUCTS: Query = Query {
    operation: "SELECT",
    table: "products",
    text: "select id, name, price from products where shelf = $1 order by rank limit 24",
};
const ONE_PRODUCT: Query =
    Query { operation: "SELECT", table: "products", text: "select * from products where id = $1" };
const RESERVE: Query = Query {
    operation: "UPDATE",
    table: "stock",
    text: "update stock set reserved = reserved + $2 where product_id = $1 and free >= $2",
};
const COUNT_STOCK: Query =
    Query { operation: "SELECT", table: "stock", text: "select free from stock where product_id = $1" };
const ONE_USER: Query = Query {
    operation: "SELECT",
    table: "users",
    text: "select id, password_hash from users where email = $1",
};
const PLACE_ORDER: Query = Query {
    operation: "INSERT",
    table: "orders",
    text: "insert into orders (id, user_id, total, currency) values ($1, $2, $3, $4)",
};

/// The home page: many things at once.
pub(super) fn home_page(director: &mut Director<'_>) -> Step {
    director.entry("GET", "/", |director, frontend| {
        let service = frontend.service;
        let products = director.http(service, Role::Catalog, "GET", "/products", 4.0, |director, catalog| {
            let catalog = director.cached(catalog, &LIST_PRODUCTS);
            let prices = prices(director, catalog.service);
            catalog.then(prices)
        });
        let ideas = recommendations(director, service);
        let widgets = director.widgets(service);
        let frontend = frontend.in_parallel().then(products).then(ideas);
        widgets.into_iter().fold(frontend, Step::then).log(Severity::Info, "home page served")
    })
}

/// The page of one product.
pub(super) fn product_page(director: &mut Director<'_>) -> Step {
    let (product, _) = pick_product(director);
    director.entry("GET", "/products/{id}", |director, frontend| {
        let service = frontend.service;
        let details =
            director.http(service, Role::Catalog, "GET", "/products/{id}", 3.0, |director, catalog| {
                director.cached(catalog.with(KeyValue::new("shop.product.id", product)), &ONE_PRODUCT)
            });
        let stock =
            director.rpc(service, Role::Inventory, "shop.Inventory", "Count", 2.0, |director, server| {
                let free = director.sql(server.service, &COUNT_STOCK);
                server.then(free)
            });
        let price = prices(director, service);
        let ideas = recommendations(director, service);
        frontend
            .then(details)
            .then(stock)
            .then(price)
            .then(ideas)
            .log(Severity::Info, format!("product page of {product} served"))
            .log_with([KeyValue::new("shop.product.id", product)])
    })
}

/// Something is put into the cart.
pub(super) fn add_to_cart(director: &mut Director<'_>) -> Step {
    let (product, _) = pick_product(director);
    let quantity = director.rng().random_range(1..4);
    director.entry("POST", "/cart/items", |director, frontend| {
        let service = frontend.service;
        let added = director.http(service, Role::Cart, "POST", "/carts/{id}/items", 3.0, |director, cart| {
            let service = cart.service;
            let read = director.redis(service, "HGETALL");
            let write = director.redis(service, "HSET");
            cart.then(read)
                .then(write)
                .measure(Measure::CartItems(quantity))
                .log(Severity::Info, format!("{quantity} x {product} added to the cart"))
                .log_with([
                    KeyValue::new("shop.product.id", product),
                    KeyValue::new("shop.cart.quantity", quantity),
                ])
        });
        let user = verify(director, service);
        frontend.then(user).then(added)
    })
}

/// A customer logs in; now and then with a wrong password, which is a warning and no error.
pub(super) fn login(director: &mut Director<'_>) -> Step {
    director.entry("POST", "/login", |director, frontend| {
        let service = frontend.service;
        let user = format!("user-{:04}", director.rng().random_range(0..2_000));
        let wrong = director.rng().random_bool(0.15);
        let session = director.http(service, Role::Auth, "POST", "/sessions", 3.0, |director, auth| {
            let service = auth.service;
            let found = director.sql(service, &ONE_USER);
            let hash = Step::new(service, Work::Internal { name: "verify password" }, director.millis(45.0));
            let auth = auth.then(found).then(hash).with(KeyValue::new("user.id", user.clone()));
            if wrong {
                auth.log(Severity::Warn, format!("wrong password for {user}"))
                    .log_with([KeyValue::new("user.id", user.clone())])
                    .log_event("session.denied")
            } else {
                let store = director.redis(service, "SETEX");
                auth.then(store)
                    .log(Severity::Info, format!("{user} logged in"))
                    .log_with([KeyValue::new("user.id", user.clone())])
                    .log_event("session.start")
            }
        });
        frontend.then(session)
    })
}

/// The cart is paid for: the longest way through the shop.
pub(super) fn purchase(director: &mut Director<'_>) -> Step {
    let (_, price) = pick_product(director);
    let currency = ["EUR", "USD", "GBP"][director.rng().random_range(0..3)];
    let order = format!("o-{:08x}", director.rng().random::<u32>());
    director.entry("POST", "/checkout", |director, frontend| {
        let service = frontend.service;
        let user = verify(director, service);
        let placed = director.http(service, Role::Checkout, "POST", "/orders", 6.0, |director, checkout| {
            let service = checkout.service;
            let cart = director.http(service, Role::Cart, "GET", "/carts/{id}", 2.0, |director, cart| {
                let read = director.redis(cart.service, "HGETALL");
                cart.then(read)
            });
            let prices = prices(director, service);
            let reserved = reserve(director, service);
            let charged = charge(director, service, &order, price, currency);
            let quote =
                director.http(service, Role::Shipping, "POST", "/quotes", 8.0, |_, shipping| shipping);
            // A visit that must fail does so at the charge.
            let stored = if director.must_fail() { None } else { Some(director.sql(service, &PLACE_ORDER)) };
            let published = publish(director, service);
            checkout
                .with(KeyValue::new("shop.order.id", order.clone()))
                .then(cart)
                .then(prices)
                .then(reserved)
                .then(charged)
                .then(quote)
                .then(stored)
                .then(published)
                .measure(Measure::Order { currency, amount: price })
                .log(Severity::Info, format!("order {order} placed: {price:.2} {currency}"))
                .log_with([
                    KeyValue::new("shop.order.id", order.clone()),
                    KeyValue::new("shop.order.amount", price),
                    KeyValue::new("shop.order.currency", currency),
                ])
                .log_event("shop.order.placed")
        });
        frontend.then(user).then(placed)
    })
}

fn pick_product(director: &mut Director<'_>) -> (&'static str, f64) {
    PRODUCTS[director.rng().random_range(0..PRODUCTS.len())]
}

fn prices(director: &mut Director<'_>, from: usize) -> Option<Step> {
    director.rpc(from, Role::Pricing, "shop.Pricing", "Quote", 2.0, |director, server| {
        let rules = director.redis(server.service, "MGET");
        server.then(rules).log(Severity::Trace, "3 price rules applied")
    })
}

fn recommendations(director: &mut Director<'_>, from: usize) -> Option<Step> {
    director.http(from, Role::Recommendation, "GET", "/recommendations", 2.0, |director, server| {
        let service = server.service;
        let rank = Step::new(service, Work::Internal { name: "rank candidates" }, director.millis(18.0))
            .with(KeyValue::new("shop.candidates", director.rng().random_range(50..400)));
        let products = director.http(service, Role::Catalog, "GET", "/products", 3.0, |director, catalog| {
            let read = director.redis(catalog.service, "GET");
            catalog.then(read)
        });
        server.then(rank).then(products).log(Severity::Debug, "candidates ranked")
    })
}

fn verify(director: &mut Director<'_>, from: usize) -> Option<Step> {
    director.rpc(from, Role::Auth, "shop.Auth", "Verify", 1.5, |director, server| {
        let session = director.redis(server.service, "GET");
        server.then(session)
    })
}

fn reserve(director: &mut Director<'_>, from: usize) -> Option<Step> {
    if director.must_fail() {
        return None;
    }
    director.rpc(from, Role::Inventory, "shop.Inventory", "Reserve", 3.0, |director, server| {
        let stock = director.sql(server.service, &RESERVE);
        server.then(stock).log(Severity::Info, "stock reserved")
    })
}

fn charge(
    director: &mut Director<'_>,
    from: usize,
    order: &str,
    price: f64,
    currency: &'static str,
) -> Option<Step> {
    director.http(from, Role::Payment, "POST", "/charges", 4.0, |director, payment| {
        let service = payment.service;
        let risk = Step::new(service, Work::Internal { name: "assess risk" }, director.millis(6.0))
            .with(KeyValue::new("shop.risk.score", director.rng().random_range(0.0..1.0)));
        let failure = director.charge_failure();
        let typical =
            if failure.as_ref().is_some_and(|failure| failure.status == 504) { 2_000.0 } else { 60.0 };
        let card = director
            .outside(service, "api.cardgate.example", "POST", "/v2/charges", typical)
            .event("card.authorised", vec![KeyValue::new("card.brand", "visa")]);
        let card = match failure {
            Some(failure) => card.failing(failure),
            None => card,
        };
        payment
            .with(KeyValue::new("shop.order.id", order.to_owned()))
            .then(risk)
            .then(card)
            .log(Severity::Info, format!("charged {price:.2} {currency} for {order}"))
            .log_with([KeyValue::new("shop.order.id", order.to_owned())])
    })
}

/// The message about an order: an e-mail in the same trace, and a parcel in a trace of its own.
fn publish(director: &mut Director<'_>, from: usize) -> Step {
    let mut message = Step::new(from, Work::Publish { topic: "orders" }, director.millis(1.5));
    if let Some(service) = director.role(Role::Notification) {
        let mail = director.outside(service, "api.mailout.example", "POST", "/v3/mail/send", 35.0);
        let consumed = Step::new(service, Work::Process { topic: "orders" }, director.millis(3.0))
            .then(mail)
            .log(Severity::Info, "order confirmation sent")
            .attached(Attach::After);
        message = message.then(consumed);
    }
    if let Some(service) = director.role(Role::Shipping) {
        let label = Step::new(service, Work::Internal { name: "print label" }, director.millis(25.0));
        let parcel = Step::new(service, Work::Process { topic: "orders" }, director.millis(4.0))
            .then(label)
            .log(Severity::Info, "parcel handed to the carrier")
            .attached(Attach::Linked);
        message = message.then(parcel);
    }
    message
}
