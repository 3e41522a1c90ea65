import AudioKit
import Core
import Glibc
import Recording

/// A turn of a caller as a folder of its own: `fixture.json` with the words and tool calls that are expected, `caller.wav` with what
/// was said. Made from a stored session; a comparison takes it as a script of one turn.
public enum CallerFixture {
    public static let version = 1
    static let document = "fixture.json"
    static let audio = "caller.wav"
    /// Larger documents are refused.
    static let mostBytes: Int64 = 1 << 20

    // MARK: - Writing

    /// Writes one turn of a script below `folder` (made when it is not there) and returns the new fixture's path. What came before the turn
    /// becomes its context. Blocks on the disk.
    public static func write(
        _ script: CallerScript, turn number: Int, below folder: String, now: WallTime
    ) throws(CompareSourceError) -> String {
        guard let one = script.selecting(number...number), let turn = one.turns.first else {
            let there = script.turns.map { String($0.number) }.joined(separator: ", ")
            throw CompareSourceError(script.name, "the caller said nothing in turn \(number); there are \(there)")
        }
        let disk = PosixDisk()
        do throws(DiskError) {
            try disk.createFolders(folder)
            let path = try create(name(turn, script.name), below: folder, disk)
            if case .speech(let pcm) = turn.input {
                let clip = AudioClip(sampleRate: script.sampleRate, samples: pcm)
                try disk.replace("\(path)/\(audio)", with: WAVWriter.bytes(of: clip), durable: true)
            }
            let text = pretty(json(one, turn, source: script.name, now: now)) + "\n"
            try disk.replace("\(path)/\(document)", with: Array(text.utf8), durable: true)
            return path
        } catch {
            throw CompareSourceError(folder, error.description)
        }
    }

    /// `book-a-table-for-two-5a3b1e00-t2`: our own characters only.
    static func name(_ turn: CallerScript.Turn, _ session: String) -> String {
        let words = slug(turn.reference, most: 40)
        let source = slug(session.split(separator: "-").last.map(String.init) ?? session, most: 16)
        return "\(words.isEmpty ? "turn" : words)-\(source.isEmpty ? "x" : source)-t\(turn.number)"
    }

    private static func slug(_ text: String, most: Int) -> String {
        var slug = ""
        for byte in text.lowercased().utf8 {
            let isOurs = (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte)
            if isOurs {
                slug.append(Character(UnicodeScalar(byte)))
            } else if !slug.isEmpty, slug.last != "-" {
                slug += "-"
            }
            if slug.count >= most { break }
        }
        while slug.last == "-" { slug.removeLast() }
        return slug
    }

    private static func create(_ name: String, below folder: String, _ disk: PosixDisk) throws(DiskError) -> String {
        for number in 1...1000 {
            let path = "\(folder)/\(name)\(number > 1 ? "-\(number)" : "")"
            do throws(DiskError) {
                try disk.createFolder(path)
                return path
            } catch {
                guard error.number == EEXIST, number < 1000 else { throw error }
            }
        }
        throw DiskError("create", "\(folder)/\(name)", cause: "a thousand of this name are there")
    }

    private static func json(
        _ script: CallerScript, _ turn: CallerScript.Turn, source: String, now: WallTime
    ) -> JSONValue {
        var value: JSONValue = [
            "version": .int(Int64(version)), "source": .string(source), "turn": .int(Int64(turn.number)),
            "made": .string(now.rfc3339), "provider": .string(script.provider), "agent": .string(script.agent),
        ]
        if let text = script.instructions { value["instructions"] = .string(text) }
        switch turn.input {
        case .speech: value["audio"] = .string(audio)
        case .text(let text): value["text"] = .string(text)
        }
        value["words"] = .string(turn.reference)
        value["calls"] = .array(turn.calls.map(json))
        value["context"] = .array(
            script.context.map { item in
                switch item {
                case .user(let text): ["user": .string(text)]
                case .agent(let text): ["agent": .string(text)]
                case .tool(let call): ["tool": json(call)]
                }
            })
        if let recorded = turn.recorded { value["recorded"] = CompareJSON.turn(recorded) }
        return value
    }

    private static func json(_ call: CallerScript.Call) -> JSONValue {
        var value: JSONValue = ["name": .string(call.name), "arguments": .string(call.arguments)]
        if let output = call.output { value["output"] = .string(output) }
        if let outcome = call.outcome { value["outcome"] = .string(outcome.rawValue) }
        return value
    }

    /// A member a line: what people read, change and diff.
    private static func pretty(_ value: JSONValue) -> String {
        let lines = (value.members ?? []).map { "  \(JSONValue.string($0.key).text): \($0.value.text)" }
        return "{\n" + lines.joined(separator: ",\n") + "\n}"
    }

    // MARK: - Reading

    /// Whether a folder is a fixture.
    public static func isFixture(_ path: String) -> Bool { (try? ReadFile("\(path)/\(document)")) != nil }

    /// Reads a fixture as a script of one turn. Throws naming the file, the member and what is wrong with it.
    public static func read(_ path: String) throws(CompareSourceError) -> CallerScript {
        var path = path
        while path.utf8.count > 1, path.hasSuffix("/") { path.removeLast() }
        let file = "\(path)/\(document)"
        let bytes: [UInt8]
        do throws(DiskError) { bytes = try ReadFile(file).readAll(limit: mostBytes) } catch {
            throw CompareSourceError(file, error.description)
        }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        var (script, wav) = try parse(bytes, name: name, place: file)
        guard let wav else { return script }
        let clip: AudioClip
        do throws(AudioKitError) { clip = try AudioFile.read("\(path)/\(wav)") } catch {
            throw CompareSourceError("\(path)/\(wav)", "\(error)")
        }
        guard SampleRate.supported.contains(clip.sampleRate), clip.frames > 0 else {
            throw CompareSourceError("\(path)/\(wav)", "it has no sound, or an unusual rate (\(clip.sampleRate) Hz)")
        }
        script.sampleRate = clip.sampleRate
        script.turns[0].input = .speech(clip.channel(0))
        return script
    }

    /// The script of a document, without its audio, and the name of its audio file. Pure.
    static func parse(
        _ bytes: [UInt8], name: String, place: String
    ) throws(CompareSourceError) -> (script: CallerScript, audio: String?) {
        let json: JSONValue
        do throws(JSONError) { json = try JSONParser.parse(bytes) } catch {
            throw CompareSourceError(place, "\(error)")
        }
        guard let version = json["version"]?.int, version == self.version else {
            throw CompareSourceError(place, "version must be \(self.version)")
        }
        let text = json["text"]?.string
        let audio = json["audio"]?.string
        guard (text == nil) != (audio == nil) else { throw CompareSourceError(place, "it needs either audio or text") }
        if let audio, !SessionFolderName.isPlain(audio) {
            throw CompareSourceError(place, "audio must be a file name in the fixture's folder")
        }
        var turn = CallerScript.Turn(
            number: min(1_000_000, max(1, json["turn"]?.int ?? 1)), input: .text(text ?? ""),
            reference: json["words"]?.string ?? text ?? "")
        for (index, value) in try list(json, "calls", place).enumerated() {
            turn.calls.append(try call(value, "\(place) calls.\(index)"))
        }
        turn.recorded = json["recorded"].flatMap { CompareJSON.turn($0, number: turn.number) }
        var script = CallerScript(
            name: name, sampleRate: 16_000, turns: [turn], agent: json["agent"]?.string ?? "default",
            instructions: json["instructions"]?.string, provider: json["provider"]?.string ?? "recorded")
        for (index, value) in try list(json, "context", place).enumerated() {
            script.context.append(try context(value, "\(place) context.\(index)"))
        }
        return (script, audio)
    }

    private static func list(
        _ json: JSONValue, _ member: String, _ place: String
    ) throws(CompareSourceError) -> [JSONValue] {
        guard let value = json[member] else { return [] }
        guard let items = value.array else { throw CompareSourceError(place, "\(member) must be a list") }
        return items
    }

    private static func call(_ value: JSONValue, _ place: String) throws(CompareSourceError) -> CallerScript.Call {
        guard let name = value["name"]?.string, !name.isEmpty else {
            throw CompareSourceError(place, "it needs a name")
        }
        // Written by hand, arguments may stand as an object.
        let arguments = value["arguments"].map { $0.string ?? $0.text } ?? "{}"
        return CallerScript.Call(
            name: name, arguments: arguments, output: value["output"].map { $0.string ?? $0.text },
            outcome: value["outcome"]?.string.flatMap(ToolCallEnd.Outcome.init))
    }

    private static func context(
        _ value: JSONValue, _ place: String
    ) throws(CompareSourceError) -> CallerScript.Context {
        if let text = value["user"]?.string { return .user(text) }
        if let text = value["agent"]?.string { return .agent(text) }
        if let tool = value["tool"] { return .tool(try call(tool, place)) }
        throw CompareSourceError(place, "it must be user, agent or tool")
    }
}
