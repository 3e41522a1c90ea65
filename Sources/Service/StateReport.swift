import Core

/// What a running program does, from what it told: for `sidetone ctl state` and `calls`.
public struct StateReport: Sendable {
    /// As `GET /v1/state`.
    public let json: JSONValue

    /// The state after these records.
    public init(_ records: [EventRecord]) {
        var fold = StateFold()
        for record in records { fold.add(record) }
        json = fold.state
    }

    /// One line for each session.
    public var sessionLines: [String] {
        let sessions = json["sessions"]?.array ?? []
        guard !sessions.isEmpty else { return ["no sessions"] }
        return sessions.map { session in
            let text = { (key: String) in session[key]?.string }
            let parts = [
                text("id"), text("leg"), text("state"), text("provider"), text("caller").map { "caller \($0)" },
                session["turn"]?.int.map { "turn \($0)" },
                session["e2e_ms"]?.double.map { "e2e \(Int($0.rounded())) ms" },
                session["taken_over"]?.bool == true ? "taken over" : nil,
                session["agent_muted"]?.bool == true ? "agent muted" : nil,
                session["recording"]?.bool == true ? "REC" : "not recording",
            ]
            return parts.compactMap { $0 }.joined(separator: "  ")
        }
    }

    /// The state in words, a line each.
    public var lines: [String] {
        let number = { (key: String) in json[key]?.int ?? 0 }
        var out = [
            "audiosocket \(json["audiosocket"]?.string ?? "off"): \(number("accepted")) accepted, \(number("rejected")) rejected",
            "capture \(json["capture"]?.string ?? "none"), playback \(json["playback"]?.string ?? "none")",
            "sessions: \(number("active"))",
        ]
        if number("active") > 0 { out += sessionLines.map { "  " + $0 } }
        for trouble in json["troubles"]?.array ?? [] {
            out.append("\(trouble["severity"]?.string ?? "trouble"): \(trouble["text"]?.string ?? "")")
        }
        return out
    }
}
