//! A filter finds the same records in the store as `Filter::matches` does one by one.

use rand::Rng;
use rand::seq::IndexedRandom;
use tfo_sdk::RecordId;
use tfo_sdk::filter::{self, Filter, Record};

use crate::world::{World, everything};

/// Every field and every operator, on fields that every signal, some or none have.
const TERMS: &[&str] = &[
    "severity=error",
    "severity>=warn",
    "severity:error+",
    "severity!=info",
    "severity:*",
    "level<17",
    "severity:{info,error}",
    "body=\"payment accepted\"",
    "body:payment",
    "body:Payment",
    "body:*out",
    "body~/t[iy]med/",
    "body:*",
    "body=500",
    "body!=500",
    "msg>payment",
    "body:NaN",
    "body:AQID",
    "body:über",
    "body:платёж",
    "body:ПЛАТЁЖ",
    "body~/платёж/i",
    "service=checkout",
    "service:cart",
    "service:Cart",
    "service!=checkout",
    "service:*",
    "service:{checkout,\"payment service\"}",
    "service>d",
    "event=cart.add",
    "event:CART",
    "event:cart*",
    "event:*",
    "trace=01010101010101010101010101010101",
    "trace:0101",
    "span:*",
    "span=0707070707070707",
    "name:cart",
    "name=Pay",
    "name~/^GET/",
    "name:*",
    "name=requests",
    "kind=server",
    "kind=SERVER",
    "kind:serv",
    "kind=gauge",
    "kind!=client",
    "kind:{client,consumer}",
    "status=error",
    "status:ok",
    "status!=ok",
    "status:*",
    "duration>500ms",
    "duration:100ms..1s",
    "dur<=1ms",
    "duration:*",
    "duration!=0ms",
    "duration:..500ms",
    "http.route=/cart",
    "http.route=500",
    "http.route=\"500\"",
    "http.route:cart",
    "http.route:/*",
    "http.route:*",
    "http.route!=/cart",
    "http.route>=5",
    "http.route:5..600",
    "http.route>\"/b\"",
    "http.route~/items$/",
    "http.route:true",
    "http.response.status_code=500",
    "http.response.status_code>=404",
    "http.response.status_code!=500",
    "http.response.status_code:50",
    "http.response.status_code:*",
    "http.response.status_code<5.5",
    "http.response.status_code>-1",
    "http.response.status_code:{200,404}",
    "http.response.status_code=\"500\"",
    "http.response.status_code=500.0",
    "http.response.status_code>1e30",
    "http.response.status_code<1e30",
    "attr.user=ann",
    "attr.user:*",
    "attr.user=5",
    "attr.user!=5",
    "attr.user>4",
    "attr.user:a*",
    "attr.user=true",
    "attr.user:köln",
    "attr.user=Köln",
    "attr.user:K*n",
    "attr.size=5.5",
    "attr.size<0",
    "attr.size:inf",
    "attr.size=9007199254740993",
    "attr.size>9007199254740992",
    "attr.size<=-9223372036854775808",
    "attr.note=\"\"",
    "attr.note:5",
    "attr.note=5",
    "attr.note!=5",
    "attr.nothing=1",
    "attr.nothing!=1",
    "attr.nothing:*",
    "resource.host.name=node-1",
    "resource.host.name:*",
    "resource.rack=4",
    "resource.rack>3",
    "resource.process.pid=12",
    "resource.process.pid:true",
    "resource.service.name=Cart",
    "resource.service.name!=Cart",
    "scope.name=http",
    "scope.name:d",
    "scope.version:*",
    "scope.short_name=h",
    "scope.short_name!=h",
    "payment",
    "Payment",
    "\"timed out\"",
    "/tim.d/",
    "/REFUSED/i",
    "slow",
    "cart",
    "500",
    "pay*d",
    "db",
];

/// A random tree of terms, as text.
pub(crate) fn tree(world: &mut World, depth: usize) -> String {
    let leaf = |world: &mut World| (*TERMS.choose(&mut world.random).unwrap()).to_owned();
    if depth == 0 {
        return leaf(world);
    }
    match world.random.random_range(0..5) {
        0 => leaf(world),
        1 => format!("-({})", tree(world, depth - 1)),
        2 => format!("({} OR {})", tree(world, depth - 1), tree(world, depth - 1)),
        3 => format!("NOT ({} OR {})", tree(world, depth - 1), tree(world, depth - 1)),
        _ => format!("({} {})", tree(world, depth - 1), tree(world, depth - 1)),
    }
}

fn naive<T: Record>(records: &[T], filter: &Filter, id: impl Fn(&T) -> RecordId) -> Vec<RecordId> {
    let predicate = filter.compile();
    records.iter().filter(|record| predicate.matches(*record)).map(id).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_filter_finds_in_the_store_what_it_matches_one_by_one() {
    let mut world = World::new();
    for round in 0..4 {
        world.append_logs(60).await;
        world.append_points(40).await;
        let spans = (0..60).map(|_| world.span()).collect();
        world.append_spans(spans).await;
        // Half in files, half in memory.
        if round == 1 {
            world.flush().await;
        }
    }
    let all = everything("");
    let logs = world.engine.logs(&world.scope, &all).await.unwrap().items;
    let spans = world.engine.spans(&world.scope, &all).await.unwrap().items;
    let points = world.engine.metric_points(&world.scope, &all).await.unwrap().items;
    assert_eq!((logs.len(), spans.len(), points.len()), (240, 240, 160));

    // Each term as it is or turned round, and trees of them.
    let mut filters: Vec<String> = Vec::new();
    for (at, term) in TERMS.iter().enumerate() {
        filters.push(if at % 2 == 0 { (*term).to_owned() } else { format!("-({term})") });
    }
    filters.extend((0..30).map(|_| tree(&mut world, 3)));
    let mut found = 0;
    for text in &filters {
        let filter = filter::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        let read = everything(text);
        let (found_logs, found_spans, found_points) = tokio::join!(
            world.engine.logs(&world.scope, &read),
            world.engine.spans(&world.scope, &read),
            world.engine.metric_points(&world.scope, &read)
        );
        let ids: Vec<_> = found_logs.unwrap().items.iter().map(|log| log.id).collect();
        assert_eq!(ids, naive(&logs, &filter, |log| log.id), "logs: {text}");
        found += usize::from(!ids.is_empty());
        let ids: Vec<_> = found_spans.unwrap().items.iter().map(|span| span.id).collect();
        assert_eq!(ids, naive(&spans, &filter, |span| span.id), "spans: {text}");
        let ids: Vec<_> = found_points.unwrap().items.iter().map(|point| point.id).collect();
        assert_eq!(ids, naive(&points, &filter, |point| point.id), "points: {text}");
    }
    assert!(found > filters.len() / 3, "only {found} of {} filters find any log", filters.len());
}
