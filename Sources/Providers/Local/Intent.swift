/// What a caller wants, as far as this agent understands it.
enum Intent: Equatable {
    case greeting, time, date, capabilities, identity, thanks, goodbye, repetition, yes, no
    case tour, next, back, stop
    case arithmetic(Arithmetic)
    case spell(String)
}

/// Finds the intent of a sentence.
enum IntentMatcher {
    /// How much of a sentence must fit.
    enum Strictness {
        /// A sentence of the grammar: it fits by construction.
        case grammar
        /// Typed: the words are certain, the phrasing is free.
        case typed
        /// Free dictation: words may be misheard, so an intent needs nearly all of a known phrase.
        case dictation
    }

    /// The intent of `text`, or nil.
    static func intent(_ text: String, _ strictness: Strictness) -> Intent? {
        let all = words(text)
        let core = withoutFillers(all)
        guard !core.isEmpty else { return nil }
        if let intent = spelling(core) ?? arithmetic(core) { return intent }
        if let exact = exact(core) ?? exact(all) { return exact }
        switch strictness {
        case .grammar: return nil
        case .dictation: return near(core, share: 0.26)
        case .typed: return near(core, share: 0.34) ?? contained(core)
        }
    }

    /// Lower-case words; signs of arithmetic stand alone; other punctuation goes.
    static func words(_ text: String) -> [String] {
        var spaced = ""
        let characters = Array(text.lowercased())
        for (i, c) in characters.enumerated() {
            switch c {
            case "+", "*", "/", "=": spaced += " \(c) "
            case "×": spaced += " * "
            case "÷": spaced += " / "
            case "-": spaced += isSign(characters, i) ? " - " : " "
            case "’": spaced += "'"
            case "." where i + 1 < characters.count && characters[i + 1].isNumber: spaced += "."
            case _ where c.isLetter || c.isNumber || c == "'": spaced.append(c)
            default: spaced += " "
            }
        }
        return spaced.split(separator: " ").map(String.init).filter { $0 != "=" }.flatMap(expanded)
    }

    /// Whether a hyphen means subtraction: digits or spaces beside it rather than letters.
    private static func isSign(_ characters: [Character], _ i: Int) -> Bool {
        let before = i > 0 ? characters[i - 1] : " ", after = i + 1 < characters.count ? characters[i + 1] : " "
        return !before.isLetter && !after.isLetter
    }

    private static func expanded(_ word: String) -> [String] {
        switch word {
        case "what's", "whats": ["what", "is"]
        case "who's": ["who", "is"]
        case "that's": ["that", "is"]
        case "today's": ["today's"]
        default: [word]
        }
    }

    private static let fillers: Set<String> = [
        "please", "hey", "okay", "ok", "so", "well", "um", "uh", "just", "now", "then", "computer", "sidetone",
    ]

    private static func withoutFillers(_ words: [String]) -> [String] {
        var core = words[...]
        while let first = core.first, fillers.contains(first), core.count > 1 { core = core.dropFirst() }
        while let last = core.last, fillers.contains(last), core.count > 1, core.first != "spell" {
            core = core.dropLast()
        }
        for lead in [["can", "you"], ["could", "you"], ["would", "you"], ["i", "would", "like", "you", "to"]]
        where core.count > lead.count + 1 && core.starts(with: lead) {
            let rest = core.dropFirst(lead.count)
            if rest.first != "do" { core = rest }
        }
        return Array(core.first == "please" ? core.dropFirst() : core)
    }

    // MARK: With a part that varies

    private static func arithmetic(_ words: [String]) -> Intent? {
        let leads = [
            ["what", "is"], ["how", "much", "is"], ["calculate"], ["compute"], ["tell", "me", "what", "is"], ["and"],
            [],
        ]
        for lead in leads where words.starts(with: lead) {
            if let sum = Arithmetic(Array(words.dropFirst(lead.count))) { return .arithmetic(sum) }
        }
        return nil
    }

    private static func spelling(_ words: [String]) -> Intent? {
        let leads = [
            ["spell", "back", "my", "name"], ["spell", "my", "name"], ["spell", "back"], ["spell", "the", "word"],
            ["spell"],
            ["how", "do", "you", "spell"], ["how", "is"],
        ]
        for lead in leads where words.starts(with: lead) && words.count > lead.count {
            var rest = Array(words.dropFirst(lead.count))
            if lead == ["how", "is"] {
                guard rest.last == "spelled", rest.count > 1 else { continue }
                rest.removeLast()
            }
            guard rest.count <= 3 else { return nil }
            return .spell(rest.joined(separator: " "))
        }
        return nil
    }

    // MARK: Fixed phrases

    private static func exact(_ words: [String]) -> Intent? {
        let sentence = words.joined(separator: " ")
        return IntentPhrases.all.first { $0.phrases.contains(sentence) }?.intent
    }

    /// The intent of the phrase of three words or more that differs in the smallest share of its words.
    private static func near(_ words: [String], share: Double) -> Intent? {
        var best: (Intent, Double)?
        for (intent, phrases) in IntentPhrases.all {
            for phrase in phrases {
                let own = phrase.split(separator: " ").map(String.init)
                guard own.count >= 3 else { continue }
                let distance = Double(edits(own, words)) / Double(own.count)
                if distance <= share, distance < best?.1 ?? 2 { best = (intent, distance) }
            }
        }
        return best?.0
    }

    /// The intent of a phrase of two words or more that stands inside a short sentence; the longest wins.
    private static func contained(_ words: [String]) -> Intent? {
        guard words.count <= 9 else { return nil }
        let sentence = " " + words.joined(separator: " ") + " "
        var best: (Intent, Int)?
        for (intent, phrases) in IntentPhrases.all {
            for phrase in phrases where phrase.contains(" ") && holds(sentence, " \(phrase) ") {
                if phrase.count > best?.1 ?? 0 { best = (intent, phrase.count) }
            }
        }
        if let best { return best.0 }
        let first = words.first ?? ""
        return ["hello", "hi"].contains(first) && words.count <= 4 ? .greeting : nil
    }

    private static func holds(_ text: String, _ part: String) -> Bool {
        let whole = Array(text.utf8), wanted = Array(part.utf8)
        guard whole.count >= wanted.count else { return false }
        return (0...(whole.count - wanted.count)).contains { whole[$0..<($0 + wanted.count)].elementsEqual(wanted) }
    }

    /// Words replaced, missing and added.
    private static func edits(_ a: [String], _ b: [String]) -> Int {
        var row = Array(0...b.count)
        for (i, x) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in b.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[b.count]
    }
}
