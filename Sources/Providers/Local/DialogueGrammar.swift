/// The spoken sentences of the agent as a JSGF grammar, with the words that the recogniser's dictionary lacks.
enum DialogueGrammar {
    /// Words that can be spelled on request by voice; typed, any word can.
    static let spellable = [
        "sidetone", "asterisk", "telephone", "provider", "console", "agent", "microphone", "hello", "goodbye",
        "terminal",
        "recording", "latency", "computer", "speech", "voice", "weather", "rhythm", "necessary", "england", "london",
    ]
    /// Names that can be spelled on request by voice.
    static let names = [
        "ada", "alan", "grace", "linus", "dennis", "john", "mary", "anna", "peter", "paul", "david", "michael", "sarah",
        "emma", "james", "robert", "thomas", "julia", "martin", "sophie",
    ]

    /// Phones of words that are not in the CMU dictionary.
    static let pronunciations = ["sidetone": "S AY D T OW N"]

    /// The grammar.
    static let jsgf: String = {
        let fixed = IntentPhrases.all.flatMap(\.phrases).joined(separator: " | ")
        return """
            #JSGF V1.0;
            grammar local;
            public <sentence> = <fixed> | <polite> | <sum> | <spell> ;
            <fixed> = \(fixed) ;
            <polite> = (can you | could you) (tell me the time | tell me the date | repeat that | give me a tour | help me) ;
            <sum> = [what is | what's | how much is | calculate] <number> <operator> <number> [<operator> <number>] ;
            <operator> = plus | minus | times | multiplied by | divided by | over ;
            <digit> = one | two | three | four | five | six | seven | eight | nine ;
            <teen> = ten | eleven | twelve | thirteen | fourteen | fifteen | sixteen | seventeen | eighteen | nineteen ;
            <tens> = twenty | thirty | forty | fifty | sixty | seventy | eighty | ninety ;
            <small> = <digit> | <teen> | <tens> [<digit>] ;
            <number> = zero | <small> | (a | <digit>) hundred [[and] <small>] | (a | <small>) thousand ;
            <spell> = (spell | how do you spell) (\(spellable.joined(separator: " | "))) | spell my name (\(names.joined(separator: " | "))) ;
            """
    }()
}
