/// The sentences without a varying part that the agent understands; the spoken grammar is made from the same list.
enum IntentPhrases {
    static let all: [(intent: Intent, phrases: [String])] = [
        (.greeting, ["hello", "hi", "hello there", "hi there", "good morning", "good afternoon", "good evening"]),
        (
            .time,
            [
                "what time is it", "what is the time", "tell me the time", "tell me what time it is",
                "do you know what time it is", "do you have the time", "what time is it now",
                "what is the current time",
            ]
        ),
        (
            .date,
            [
                "what day is it", "what day is it today", "what is the date", "what is the date today",
                "what is today's date",
                "what is today", "tell me the date", "which day is it", "what day is today",
            ]
        ),
        (
            .capabilities,
            [
                "what can you do", "what can i say", "what can i ask", "help", "help me", "what do you understand",
                "what can i ask you", "what are my options", "i need help",
            ]
        ),
        (
            .identity,
            [
                "who are you", "what is your name", "who am i talking to", "are you a robot",
                "are you a real person", "are you human", "who is this",
            ]
        ),
        (.thanks, ["thanks", "thank you", "thank you very much", "thanks a lot", "many thanks"]),
        (
            .goodbye,
            [
                "goodbye", "good bye", "bye", "bye bye", "see you later", "hang up", "end the call",
                "that is all goodbye",
                "that is all", "thank you goodbye", "thanks bye",
            ]
        ),
        (
            .repetition,
            [
                "repeat", "repeat that", "say that again", "say it again", "what did you say", "pardon", "again",
                "come again",
                "can you repeat that", "could you repeat that", "once more", "i did not hear you",
            ]
        ),
        (
            .tour,
            [
                "give me a tour", "give me the tour", "start the tour", "take the tour", "show me around",
                "guided tour",
                "give me a guided tour", "tour", "tell me about the console", "tell me about sidetone",
                "what is sidetone",
            ]
        ),
        (.next, ["next", "next step", "go on", "continue", "next one", "keep going"]),
        (.back, ["back", "go back", "previous", "previous step", "one step back"]),
        (.stop, ["stop", "stop the tour", "end the tour", "cancel", "never mind", "be quiet", "stop it", "enough"]),
        (.yes, ["yes", "yes please", "sure", "yeah", "okay"]),
        (.no, ["no", "no thanks", "no thank you", "nope"]),
    ]
}
