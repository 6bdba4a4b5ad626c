// What three friends write to each other in the demo's first weeks. `{…}` is filled in, each time with
// something else, so that a talk can come again.

/** What `{…}` may stand for. */
export const WORDS = {
  day: ["Saturday", "Sunday", "Friday evening", "Monday", "Thursday", "Wednesday"],
  place: [
    "the lake", "the old mill", "the north shore", "the ridge", "the harbour", "the moor",
    "the observatory", "the glass house",
  ],
  food: ["soup", "pancakes", "dumplings", "a big salad", "plum cake", "bread", "chilli", "waffles"],
  thing: ["tent", "kettle", "map", "torch", "hammock", "camera", "kayak", "rope"],
};

/** Each line: who, and what. `A`, `B` and `C` are the three, in a turn that changes. */
export const TALKS = [
  [
    ["A", "Anyone up for {place} on {day}?"],
    ["B", "I am, if we are back before dark."],
    ["A", "We will be. It is two hours there and back."],
    ["C", "Then count me in, too."],
    ["C", "I can bring {food}."],
    ["A", "*Perfect.* Ten o’clock at the station?"],
    ["B", "Ten it is."],
  ],
  [
    ["B", "Has one of you seen my {thing}?"],
    ["C", "It was in the hall last time."],
    ["B", "Which hall? Yours or mine?"],
    ["C", "Mine. I will look after work."],
    ["C", "Found it. It was under the coats."],
    ["B", "You are a star, thank you"],
  ],
  [
    ["C", "I tried to make {food} yesterday."],
    ["A", "And?"],
    ["C", "Let us say that the neighbours know now, too."],
    ["B", "The smoke alarm works, then 😄"],
    ["C", "It does. Very well."],
    ["A", "Next time we do it together. I have a pan that forgives everything."],
  ],
  [
    ["A", "The train back on {day} is cancelled."],
    ["B", "Oh no. Is there a bus?"],
    ["A", "At six and at nine."],
    ["C", "Six is too early for {place}."],
    ["B", "Nine, then, and we take {food} along for the way."],
    ["A", "I have booked three seats."],
    ["C", "Thank you!"],
  ],
  [
    ["B", "Look what I found in the cellar."],
    ["A", "Is that the {thing} from the first summer?"],
    ["B", "The very same. It still smells of the fire."],
    ["C", "Bring it on {day}, please."],
    ["B", "If it fits on the bicycle."],
  ],
  [
    ["C", "Reading tip: a short novel about a lighthouse. I will lend it to whoever comes first."],
    ["A", "Me!"],
    ["B", "A minute too late. What is it about, besides the lighthouse?"],
    ["C", "Two sisters, a letter, and a lot of weather."],
    ["A", "So, about us."],
  ],
  [
    ["A", "The forecast says rain for {day}."],
    ["C", "It said that last week as well."],
    ["B", "And it was right last week as well."],
    ["C", "Only in the morning!"],
    ["A", "We can wait it out at {place} with {food}."],
    ["B", "That I call a plan."],
  ],
  [
    ["B", "Who has the key to the boat house?"],
    ["A", "It hangs at mine."],
    ["B", "Could you bring it on {day}? I want to mend the {thing}."],
    ["A", "Sure. Do you need a hand?"],
    ["B", "Two, if you have them."],
    ["C", "I have two left ones to offer."],
  ],
  [
    ["C", "My sister asks whether she can join us at {place}."],
    ["A", "Of course she can."],
    ["B", "Does she like {food}?"],
    ["C", "She likes everything that somebody else has cooked."],
    ["B", "Then we will get along."],
  ],
  [
    ["A", "There were *herons* at {place} this morning, four of them."],
    ["B", "At this time of the year?"],
    ["A", "They stood there as if they had paid for it."],
    ["C", "Pictures, please!"],
    ["A", "Too far away for my telephone, I am afraid."],
    ["B", "I can bring the good {thing} next time."],
  ],
];

/** The very first talk: something to search for. */
export const FIRST = [
  ["A", "So, this is our group. Hello!"],
  ["B", "Hello from the train 👋"],
  ["C", "Hello! Who would have thought that we would do this again?"],
  ["A", "Not since the summer with the zeppelin."],
  ["B", "Please, never mention the zeppelin."],
  ["C", "I have kept a piece of it."],
];
