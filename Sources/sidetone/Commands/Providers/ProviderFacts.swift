import Core
import ProviderKit

/// What an entry can do, in words, JSON and Markdown.
struct ProviderFacts {
    /// Names and values, in the order of the page.
    let rows: [(String, String)]
    /// Capabilities.
    let json: JSONValue
    let models: [String]
    let voices: [String]

    init(_ entry: ProviderEntry, _ book: ProviderBook) {
        var can: (words: [String], json: JSONValue) = ([], .null)
        var names: (models: [String], voices: [String]) = ([], [])
        if case .type(let type) = entry.source {
            names = (type.facts.models, type.facts.voices)
            switch type {
            case .agent: can = book.capabilities(entry).map { ($0.words, $0.json) } ?? can
            case .recognizer(let it): can = (it.capabilities.words, it.capabilities.json)
            case .model(let it): can = (it.capabilities.words, it.capabilities.json)
            case .synthesizer(let it): can = (it.capabilities.words, it.capabilities.json)
            }
        } else if let capabilities = book.capabilities(entry) {
            can = (capabilities.words, capabilities.json)
        }
        json = can.json
        (models, voices) = names
        rows = [
            ("kind", "\(entry.kind.label), \(entry.kind.words)"), ("type", entry.typeName),
            ("key", book.keyWords(entry)), ("model", entry.configuration.model ?? ""),
            ("models", models.joined(separator: ", ")), ("voices", voices.joined(separator: ", ")),
            ("can", can.words.joined(separator: ", ")),
        ]
    }
}

extension ProviderBook {
    /// Whether there is a key; never the key.
    func keyWords(_ entry: Entry) -> String {
        if case .pipeline = entry.source {
            return obstacle(entry).map { "not set (\($0.place): \($0.cause))" } ?? "set or not needed"
        }
        guard let first = entry.keyVariables.first else { return "not needed" }
        guard entry.configuration.key == nil else { return "set" }
        return entry.missingKey == nil ? "not needed (\(first))" : "not set (\(first))"
    }
}

extension ProviderCapabilities {
    /// What it can do, in words.
    var words: [String] {
        let flags = [
            (nativeVAD, "voice detector of its own"), (nativeBargeIn, "barge-in of its own"), (tools, "tools"),
            (textInput, "typed turns"), (canSpeakText, "speaking given text"),
            (updatesInstructions, "instructions in mid-call"), (userTranscripts, "transcripts of the user"),
            (agentTranscripts, "transcripts of the agent"), (isOffline, "offline"),
        ]
        let rates = "\(inputRate) Hz in, \(outputRate) Hz out (\(encodings.joined(separator: ", ")))"
        let pieces = chunk.map { ["pieces of \($0.wholeNanoseconds / 1_000_000) ms"] } ?? []
        let turns = endpointing == .provider ? "the vendor ends turns" : "we end turns"
        let limit = sessionLimit.map { ["at most \($0.wholeNanoseconds / 60_000_000_000) min a connection"] } ?? []
        let seen = modalities.contains(.image) ? ["images"] : []
        return [rates] + pieces + [turns] + flags.filter(\.0).map(\.1) + seen + limit
            + ["latency \(latencyTier.rawValue)", "cost \(costTier.rawValue)"] + languageWords(languages)
    }

    /// The JSON form.
    var json: JSONValue {
        [
            "inputRate": .int(Int64(inputRate)), "outputRate": .int(Int64(outputRate)),
            "encodings": strings(encodings), "chunkMs": chunk.map { .int($0.wholeNanoseconds / 1_000_000) } ?? .null,
            "endpointing": .string(endpointing == .provider ? "provider" : "local"), "nativeVAD": .bool(nativeVAD),
            "nativeBargeIn": .bool(nativeBargeIn), "tools": .bool(tools), "textInput": .bool(textInput),
            "canSpeakText": .bool(canSpeakText), "updatesInstructions": .bool(updatesInstructions),
            "userTranscripts": .bool(userTranscripts), "agentTranscripts": .bool(agentTranscripts),
            "sessionLimitSeconds": sessionLimit.map { .int($0.wholeNanoseconds / 1_000_000_000) } ?? .null,
            "modalities": strings(modalities.map(\.rawValue)), "latencyTier": .string(latencyTier.rawValue),
            "languages": strings(languages), "costTier": .string(costTier.rawValue), "isOffline": .bool(isOffline),
        ]
    }
}

extension RecognizerCapabilities {
    fileprivate var words: [String] {
        let flags = [
            (partials, "partial transcripts"), (detectsTurns, "turns by its own detector"), (isOffline, "offline"),
        ]
        return ["\(inputRate) Hz in (\(encoding))", streams ? "streaming" : "a request a turn"]
            + flags.filter(\.0).map(\.1) + ["cost \(costTier.rawValue)"] + languageWords(languages)
    }

    fileprivate var json: JSONValue {
        [
            "inputRate": .int(Int64(inputRate)), "encoding": .string(encoding), "streams": .bool(streams),
            "partials": .bool(partials), "detectsTurns": .bool(detectsTurns), "languages": strings(languages),
            "costTier": .string(costTier.rawValue), "isOffline": .bool(isOffline),
        ]
    }
}

extension ModelCapabilities {
    fileprivate var words: [String] {
        (tools ? ["tools"] : ["no tools"]) + (contextTokens.map { ["\($0) tokens of context"] } ?? [])
            + (isOffline ? ["offline"] : []) + ["cost \(costTier.rawValue)"] + languageWords(languages)
    }

    fileprivate var json: JSONValue {
        [
            "tools": .bool(tools), "contextTokens": contextTokens.map { .int(Int64($0)) } ?? .null,
            "languages": strings(languages), "costTier": .string(costTier.rawValue), "isOffline": .bool(isOffline),
        ]
    }
}

extension SynthesizerCapabilities {
    fileprivate var words: [String] {
        ["\(outputRate) Hz out (\(encoding))", streamsText ? "text as it comes" : "a request a sentence"]
            + (isOffline ? ["offline"] : []) + ["cost \(costTier.rawValue)"] + languageWords(languages)
    }

    fileprivate var json: JSONValue {
        [
            "outputRate": .int(Int64(outputRate)), "encoding": .string(encoding), "streamsText": .bool(streamsText),
            "languages": strings(languages), "costTier": .string(costTier.rawValue), "isOffline": .bool(isOffline),
        ]
    }
}

private func strings(_ texts: [String]) -> JSONValue { .array(texts.map { .string($0) }) }

private func languageWords(_ languages: [String]) -> [String] {
    languages.isEmpty ? [] : ["languages \(languages.joined(separator: ", "))"]
}
