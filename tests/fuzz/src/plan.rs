//! What a story is made of. Each chance is in 1,000.

use talk_sim::Dice;

/// How the service and the network behave in one story.
#[derive(Clone, Debug)]
pub struct Plan {
    /// How many steps it has before everything calms down.
    pub steps: u64,
    /// Liberties in the writing of objects.
    pub liberty: u64,
    /// Fields that are never said properly.
    pub broken: u64,
    /// Frames and events that mean nothing.
    pub garbage: u64,
    /// Requests that are put off (429, 500), and logins.
    pub busy: u64,
    /// Calls that are refused, with all kinds of statuses.
    pub refused: u64,
    /// The same for subscribing and for reading.
    pub refused_reads: u64,
    /// Answers that cannot be read, or are for nobody.
    pub odd_answers: u64,
    /// Answers wait, in any order.
    pub late: bool,
    /// What is read is read when it is answered.
    pub fresh_reads: bool,
    /// The socket breaks.
    pub drops: u64,
    /// The login lapses.
    pub lapses: u64,
    /// The service restarts and hands over.
    pub restarts: u64,
    /// After a login PUBLISH numbers begin again.
    pub restart_seq: bool,
    /// Values that nest deeply.
    pub deep: u64,
    /// Times that no clock shows.
    pub times: u64,
    /// How many conversations there are.
    pub conversations: u64,
    /// How many messages the first one has at the start.
    pub messages: u64,
    /// How many participants.
    pub participants: u64,
    /// References to messages: to the one before, to themselves, to none.
    pub references: u64,
    /// References in a circle.
    pub circles: bool,
    /// Messages go.
    pub deletions: bool,
}

impl Plan {
    /// A plan from a seed.
    pub fn new(dice: &mut Dice) -> Plan {
        let mut sometimes = |chance: u64, most: u64| match dice.chance(chance) {
            true => dice.between(1, most),
            false => 0,
        };
        let (liberty, broken) = (sometimes(600, 150), sometimes(400, 200));
        let (garbage, busy) = (sometimes(600, 100), sometimes(250, 80));
        let (refused, refused_reads) = (sometimes(300, 200), sometimes(150, 60));
        let odd_answers = sometimes(150, 40);
        let (drops, lapses, restarts) =
            (sometimes(400, 20), sometimes(250, 10), sometimes(150, 10));
        let (deep, times) = (sometimes(300, 100), sometimes(300, 200));
        let large = sometimes(150, 45);
        let messages = sometimes(700, 110);
        let participants = sometimes(500, 30);
        let references = sometimes(600, 600);
        Plan {
            steps: dice.between(20, 600),
            liberty,
            broken,
            garbage,
            busy,
            refused,
            refused_reads,
            odd_answers,
            late: dice.chance(600),
            fresh_reads: dice.chance(500),
            drops,
            lapses,
            restarts,
            restart_seq: dice.chance(500),
            deep,
            times,
            conversations: 3 + large,
            messages,
            participants,
            references,
            circles: dice.chance(500),
            deletions: dice.chance(700),
        }
    }

    /// The kinds of trouble that are left out, by name: for who looks for others.
    pub fn without(mut self, names: &str) -> Plan {
        for name in names.split(',') {
            match name {
                "odd" => self.odd_answers = 0,
                "deep" => self.deep = 0,
                "seq" => self.restart_seq = false,
                "reads" => self.refused_reads = 0,
                "refused" => self.refused = 0,
                "times" => self.times = 0,
                "broken" => self.broken = 0,
                "liberty" => self.liberty = 0,
                "garbage" => self.garbage = 0,
                "circles" => self.circles = false,
                "references" => self.references = 0,
                "drops" => self.drops = 0,
                "lapses" => self.lapses = 0,
                "restarts" => self.restarts = 0,
                "busy" => self.busy = 0,
                _ => {}
            }
        }
        self
    }
}
