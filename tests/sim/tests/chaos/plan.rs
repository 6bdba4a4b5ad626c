//! What a seed decides at the start: who is there, what there is, how bad things get.

use talk_sim::{Dice, Login, Weather};

/// The outlines of a story.
#[derive(Debug)]
pub(crate) struct Plan {
    /// The users with a browser, and how they log in.
    pub(crate) people: Vec<(&'static str, Login)>,
    /// How many conversations there are besides `c0` and `c1`.
    pub(crate) others: u64,
    /// How many people without a browser there are in `c0` and `c1` besides Dave.
    pub(crate) crowd: u64,
    /// How many messages `c0` has at the start.
    pub(crate) history: u64,
    /// How many rounds of actions there are.
    pub(crate) rounds: u64,
    /// Messages are deleted.
    pub(crate) deletions: bool,
    /// The backend announces restarts, crashes, and ends logins: each in 1,000 rounds.
    pub(crate) upheavals: u64,
    /// Pages sleep, so that their timers are late: in 1,000 rounds.
    pub(crate) naps: u64,
    pub(crate) weather: Weather,
}

impl Plan {
    pub(crate) fn new(dice: &mut Dice) -> Plan {
        let people = ["alice", "bob", "carol"];
        let count = dice.between(2, 3) as usize;
        let logins = [Login::Boken, Login::Boken, Login::Fetcher, Login::NeedToken];
        let login = |dice: &mut Dice| dice.pick(&logins).copied().unwrap_or(Login::Boken);
        let people = people.into_iter().take(count).map(|user| (user, login(dice))).collect();
        let others = if dice.chance(150) { dice.between(20, 35) } else { dice.below(4) };
        let crowd = [0, 3, 8, 15][dice.below(4) as usize];
        let history = match dice.below(4) {
            0 => 0,
            1 => dice.between(1, 29),
            2 => dice.between(30, 60),
            _ => dice.between(90, 150),
        };
        let mut some = |often: u64, most: u64| match dice.chance(often) {
            true => dice.between(1, most),
            false => 0,
        };
        let weather = Weather {
            latency: (1, 1 + some(800, 400)),
            cut: some(700, 30),
            silent: some(400, 300),
            no_connect: some(500, 400),
            http: some(500, 400),
            busy: some(400, 150),
            late: some(300, 1_500),
            token_life: (130_000, 400_000),
        };
        let (upheavals, naps) = (some(600, 150), some(300, 60));
        let (rounds, deletions) = (dice.between(20, 60), dice.chance(600));
        Plan { people, others, crowd, history, rounds, deletions, upheavals, naps, weather }
    }
}
