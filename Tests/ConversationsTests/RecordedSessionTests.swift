import Core
import Glibc
import ProviderKit
import TestKit
import Testing

@testable import Conversations
@testable import Recording

/// A recorder on manual time, in a folder of its own.
@EngineActor
private final class ManualRecording: SessionTapFactory {
    let core: RecorderCore
    let options: RecordingOptions

    init(folder: String) {
        var options = RecordingOptions(folder: folder)
        options.freeSpaceFloor = 0
        self.options = options
        core = RecorderCore(disk: UnsyncedDisk(), options: options)
    }

    func makeTap(
        session: SessionID, start: SessionStart, wall: WallTime,
        report: @escaping @EngineActor @Sendable (Event) -> Void
    ) -> any SessionTap {
        let opening = TapChannel.Opening(session: session, start: start, wall: wall, report: { _ in })
        let channel = TapChannel(opening: opening, options: options, wake: {})
        core.adopt(channel)
        return RecorderTap(channel)
    }
}

/// The real disk without its waits: nothing here is about power failures.
private struct UnsyncedDisk: Disk {
    private let real = PosixDisk()
    func createFolder(_ path: String) throws(DiskError) { try real.createFolder(path) }
    func create(_ path: String) throws(DiskError) -> Int32 { try real.create(path) }
    func write(_ bytes: RawSpan, to file: Int32, at offset: Int64, path: String) throws(DiskError) {
        try real.write(bytes, to: file, at: offset, path: path)
    }
    func reserve(_ bytes: Int64, in file: Int32, after offset: Int64, path: String) throws(DiskError) {}
    func resize(_ file: Int32, to size: Int64, path: String) throws(DiskError) {
        try real.resize(file, to: size, path: path)
    }
    func sync(_ file: Int32, path: String) throws(DiskError) {}
    func replace(_ path: String, with bytes: [UInt8], durable: Bool) throws(DiskError) {
        try real.replace(path, with: bytes, durable: false)
    }
    func remove(_ path: String) throws(DiskError) { try real.remove(path) }
    func freeSpace(at path: String) -> Int64? { nil }
    func close(_ file: Int32) { real.close(file) }
}

/// A whole session with the recorder behind it: what was said and played against what is in the file.
@EngineActor
private final class RecordedBench {
    private let folder: String
    let recording: ManualRecording
    let bench: SessionBench
    /// What the caller said, by the frame in which it came.
    private(set) var said: [(frame: Int, pcm: [Int16])] = []
    private(set) var frames = 0

    init() {
        var template = Array("/tmp/sidetone-test-XXXXXX".utf8CString)
        _ = mkdtemp(&template)
        let folder = String(decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        self.folder = folder
        let recording = ManualRecording(folder: folder + "/sessions")
        self.recording = recording
        bench = SessionBench(configure: { $0.recording = recording })
        bench.openNewest()
    }

    func remove() { try? FolderListing.removeTree(folder) }

    /// 20 ms: the caller says `pcm`, or sends nothing.
    func pass(_ pcm: [Int16]?) {
        bench.loop.advance(by: .milliseconds(20))
        if let pcm {
            said.append((frames, pcm))
            bench.leg.say(pcm)
        }
        bench.leg.render(1)
        frames += 1
        if frames % 2 == 0 { recording.core.step(now: bench.loop.now) }
    }

    /// The agent answers with `pcm` under a new item.
    func answer(_ name: String, _ pcm: [Int16], text: String) {
        bench.providers.last?.script = [
            { out in
                out.event(.responseStarted(id: name))
                let item = out.item(name)
                out.audio(item) { $0.append(contentsOf: pcm) }
                out.event(.agentText(item: item, delta: text))
                out.event(.agentAudioEnded(item: item))
                out.event(.responseEnded(id: name, status: .completed))
            }
        ]
        bench.poke()
    }

    func tell(_ event: ProviderEvent) {
        bench.providers.last?.script = [{ $0.event(event) }]
        bench.poke()
    }

    /// Lets the recorder finish; the stored session.
    func finish() throws -> StoredSession {
        bench.loop.runPosted()
        recording.core.step(now: bench.loop.now)
        recording.core.stop(now: bench.loop.now)
        let store = SessionStore(folder: recording.options.folder)
        return try store.open(try #require(try store.names().first))
    }
}

/// Onsets of pips: where a sample reaches `level` after at least 100 ms below it.
private func onsets(_ count: Int, above level: Int16 = 9000, _ sample: (Int) -> Int16) -> [Int] {
    var found: [Int] = []
    var last = -800
    for i in 0..<count where sample(i) >= level {
        if i - last >= 800 { found.append(i) }
        last = i
    }
    return found
}

@Suite struct RecordedSessionTests {
    private static let pip = [Int16](repeating: 12_000, count: 400)

    /// A frame of the caller's with its part of a pip that begins every ten seconds.
    private static func frame(_ number: Int) -> [Int16] {
        (0..<160).map { i in (number * 160 + i) % 80_000 < 400 ? 12_000 : 3 }
    }

    private static func quiet(_ count: Int) -> [Int16] { [Int16](repeating: 500, count: count) }

    /// An hour (a tenth of it unless SIDETONE_LONG_TESTS is set): pips both ways every ten seconds, barge-ins, silences in which
    /// the caller's side sends nothing, switches of the provider. Every pip lies where it was said or played.
    @Test func pipsLieWhereTheyWereSaidAndPlayed() throws {
        let share = getenv("SIDETONE_LONG_TESTS") == nil ? 10 : 1
        try EngineActor.executor.occupy { () throws in
            let run = RecordedBench()
            defer { run.remove() }
            let total = 180_000 / share
            var random = SeededRandom(38)
            // The answer begins with a pip; after it the agent speaks on quietly, longer where it will be cut.
            while run.frames < total {
                let number = run.frames
                if number % 500 == 200 {
                    run.answer("a\(number)", Self.pip + Self.quiet(4000), text: "answer \(number)")
                }
                if number % (total / 20) == 300 {
                    run.answer("long\(number)", Self.pip + Self.quiet(40_000), text: "a long answer \(number)")
                    for _ in 0..<Int.random(in: 30..<70, using: &random) { run.pass(Self.frame(run.frames)) }
                    run.tell(.userSpeechStarted(item: "u\(number)"))
                    run.tell(.userSpeechStopped(item: "u\(number)"))
                    run.pass(Self.frame(run.frames))
                    run.answer("next\(number)", Self.pip + Self.quiet(800), text: "short")
                }
                if number % (total / 5) == total / 10 {
                    let next = number / (total / 5) % 2 == 0 ? "b" : "a"
                    run.bench.engine.perform(.switchProvider(session: run.bench.session.id, provider: next))
                    run.bench.openNewest()
                }
                run.pass(number % (total / 20) >= total / 20 - 250 ? nil : Self.frame(run.frames))
            }
            run.bench.leg.delegate?.legEnded(SessionEnd(by: .caller, reason: "hang-up"))
            let stored = try run.finish()
            try Self.compare(run, stored)
            let events = stored.log.records.map(\.event)
            #expect(events.count { if case .bargeIn = $0 { true } else { false } } >= 20)
            #expect(events.count { if case .providerSwitch(let it) = $0 { it.phase == .done } else { false } } == 5)
            #expect(stored.log.remarks.count { $0.kind == .gap && $0.channel == .user } >= 20)
        }
    }

    // MARK: last words

    private enum Ending: CaseIterable { case caller, agent, operator_, program }

    /// A session ends in the middle of a word, by any side: the last half second is in both channels, the last turn is told, and
    /// words that were cut are marked so.
    @Test func lastWordsAreKept() throws {
        try EngineActor.executor.occupy { () throws in
            var random = SeededRandom(39)
            for round in 0..<500 {
                try Self.end(Ending.allCases[round % 4], after: Int.random(in: 30..<90, using: &random), round)
            }
        }
    }

    @EngineActor
    private static func end(_ ending: Ending, after frames: Int, _ round: Int) throws {
        let run = RecordedBench()
        defer { run.remove() }
        for _ in 0..<20 { run.pass(voice(run.frames)) }
        run.tell(.userSpeechStarted(item: "u1"))
        run.tell(.userTranscript(item: "u1", text: "I would like to", isFinal: false))
        run.answer("a1", (0..<32_000).map { Int16(-1 - $0 % 20_000) }, text: "one two three four five six seven eight")
        for _ in 0..<frames { run.pass(voice(run.frames)) }
        switch ending {
        case .caller: run.bench.leg.delegate?.legEnded(SessionEnd(by: .caller, reason: "hang-up"))
        case .agent: run.bench.leg.delegate?.legEnded(SessionEnd(by: .agent, reason: "hang_up"))
        case .operator_:
            run.bench.engine.perform(.hangUp(session: run.bench.session.id, now: true))
            run.bench.leg.delegate?.legEnded(SessionEnd(by: .operator_, reason: "hung up"))
        case .program:
            run.bench.engine.shutdown()
            if round % 8 < 4 {
                run.bench.leg.delegate?.legEnded(SessionEnd(by: .system, reason: "the program is ending"))
            }
        }
        let stored = try run.finish()
        let audio = try #require(stored.audio)
        let said = run.said.flatMap(\.pcm)
        let played = run.bench.leg.played
        #expect(audio.frames >= Int64(played.count), "\(ending) \(round): \(audio.frames) of \(played.count)")
        let samples = try audio.samples(at: 0, frames: Int(audio.frames))
        let places = (said.count - 4000)..<said.count
        let userIsRight = places.allSatisfy { samples[2 * $0] == said[$0] }
        let agentIsRight = ((played.count - 4000)..<played.count).allSatisfy { samples[2 * $0 + 1] == played[$0] }
        #expect(userIsRight && agentIsRight, "\(ending) \(round): the last half second")
        let turns = stored.log.records.compactMap { if case .turnEnded(let turn) = $0.event { turn.turn } else { nil } }
        let begun = stored.log.records.compactMap { if case .turnStarted(let it) = $0.event { it.turn } else { nil } }
        var builder = TranscriptBuilder(sampleRate: 8000)
        for record in stored.log.records { builder.add(record) }
        builder.close()
        let cues = builder.cues
        let isCutShort = ending == .program && round % 8 >= 4
        #expect(isCutShort || turns == begun, "\(ending) \(round): turns \(turns) of \(begun)")
        #expect(cues.contains { $0.speaker == .user && $0.wasCut && $0.text == "I would like to —" }, "\(cues)")
        #expect(cues.contains { $0.speaker == .agent && (isCutShort || $0.text.hasSuffix(" —")) }, "\(cues)")
        #expect(
            isCutShort || SessionVerifier.verify(path: stored.path).isWhole,
            "\(SessionVerifier.verify(path: stored.path).lines)")
    }

    /// A voice that is never silent.
    private static func voice(_ number: Int) -> [Int16] { (0..<160).map { Int16(1 + (number * 160 + $0) % 20_000) } }

    @EngineActor
    private static func compare(_ run: RecordedBench, _ stored: StoredSession) throws {
        let audio = try #require(stored.audio)
        let played = run.bench.leg.played
        var samples: [Int16] = []
        for start in stride(from: Int64(0), to: audio.frames, by: 4_800_000) {
            samples += try audio.samples(at: start, frames: Int(min(4_800_000, audio.frames - start)))
        }
        let truth = run.said.flatMap { frame in
            frame.pcm.first == 12_000 && (frame.frame * 160) % 80_000 == 0 ? [frame.frame * 160] : []
        }
        let user = onsets(samples.count / 2) { samples[2 * $0] }
        let agent = onsets(samples.count / 2) { samples[2 * $0 + 1] }
        let heard = onsets(played.count) { played[$0] }
        #expect(user.count == truth.count && truth.count > 20, "\(user.count) of \(truth.count) pips of the caller")
        #expect(agent.count == heard.count && heard.count > 20, "\(agent.count) of \(heard.count) pips of the agent")
        let userOffsets = zip(user, truth).map { $0 - $1 }
        let agentOffsets = zip(agent, heard).map { $0 - $1 }
        let worst = userOffsets.max { abs($0) < abs($1) } ?? 0
        let worstAgent = agentOffsets.max { abs($0) < abs($1) } ?? 0
        print(
            "offset of the caller's pips: at most \(worst) samples; of the agent's: \(worstAgent); \(user.count) and \(agent.count) pips in \(audio.frames / 8000) s"
        )
        #expect(abs(worst) <= 160 && abs(worstAgent) <= 160)
        #expect(userOffsets.first == userOffsets.last && agentOffsets.first == agentOffsets.last)
        let report = SessionVerifier.verify(path: stored.path)
        #expect(report.isWhole, "\(report.lines)")
    }
}
