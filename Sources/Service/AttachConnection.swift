import Core
import Synchronization

/// The connection of an `AttachClient`: one link after another, each told all there is. Engine thread.
@EngineActor
final class AttachConnection: LinkDelegate {
    static let code = "attach.lost"
    private static let firstPause: Duration = .milliseconds(250)
    private static let longestPause: Duration = .seconds(4)
    /// From open to the first note; a server that says nothing speaks another protocol.
    private static let patience: Duration = .seconds(10)

    private let target: AttachTarget
    private let loop: any EngineLoop
    private let opener: any LinkOpener
    private let shared: AttachShared
    private let isReadOnly: Bool
    private let onState: @EngineActor @Sendable (AttachState) -> Void

    private var link: (any Link)?
    private var linkNumber = 0
    private var timer: (any EngineTimer)?
    private var patience: (any EngineTimer)?
    private var pause = AttachConnection.firstPause
    private var tries = 0
    private var isClosed = false
    private var server: ServiceIdentity?
    private var queues: [EventQueue] = []
    /// Live sessions told so far, with the number of their last record.
    private var live: [SessionID: UInt64] = [:]
    /// Our clock minus theirs; zero on one machine.
    private var clockOffset: Duration = .zero
    private var trouble: Trouble?
    private var answers: [Int: (command: Command, answer: @EngineActor @Sendable (String?) -> Void)] = [:]
    private var lastID = 0
    private var isTold = false
    private var isBeingTold = false
    /// A subscriber came in the middle of a telling: it has to hear the beginning, too.
    private var wantsTelling = false

    init(
        _ target: AttachTarget, loop: any EngineLoop, opener: any LinkOpener, shared: AttachShared, isReadOnly: Bool,
        onState: @escaping @EngineActor @Sendable (AttachState) -> Void
    ) {
        self.target = target
        self.loop = loop
        self.opener = opener
        self.shared = shared
        self.isReadOnly = isReadOnly
        self.onState = onState
    }

    // MARK: - Connecting

    func connect() {
        guard !isClosed else { return }
        linkNumber += 1
        tries += 1
        isTold = false
        isBeingTold = false
        var headers: [HeaderField] = []
        if let token = target.token, !token.isEmpty {
            headers.append(HeaderField("Authorization", "Bearer " + token.reveal(), secret: true))
        }
        let endpoint = WebSocketEndpoint(url: target.url, headers: headers, maximumMessage: 4 << 20)
        link = opener.open(LinkID(linkNumber), .webSocket(endpoint), delegate: self)
    }

    func linkOpened(_ id: LinkID, _ opening: LinkOpening) {
        patience = loop.schedule(after: Self.patience) { [weak self] in
            self?.link?.close(code: 1002, reason: "no hello")
        }
    }

    func linkClosed(_ id: LinkID, _ closure: LinkClosure) {
        guard !isClosed, id.number == linkNumber else { return }
        link = nil
        patience?.cancel()
        shared.meters.withLock { $0 = [:] }
        for (_, waiting) in answers.sorted(by: { $0.key < $1.key }) {
            refuse(waiting.command, "the connection was lost; it is not known whether it was done", waiting.answer)
        }
        answers = [:]
        let reason = Self.words(closure)
        let wait = pause
        pause = min(Self.longestPause, .nanoseconds(pause.wholeNanoseconds * 2))
        set(
            Trouble(
                code: Self.code, severity: .error, text: "no connection to \(target.name): \(reason)",
                fix:
                    "tried \(tries == 1 ? "once" : "\(tries) times"), goes on by itself; what is shown is the last known state"
            ))
        onState(.lost(reason: reason, tries: tries))
        timer = loop.schedule(after: wait) { [weak self] in self?.connect() }
    }

    private static func words(_ closure: LinkClosure) -> String {
        switch closure.cause {
        case .rejected(let status) where status == 401: "it wants another token (401)"
        case .rejected(let status): "it answers \(status): there is no event stream"
        case .remote: closure.reason.isEmpty ? "the other side has ended it" : closure.reason
        default: closure.reason.isEmpty ? "broken" : closure.reason
        }
    }

    func close() {
        isClosed = true
        timer?.cancel()
        patience?.cancel()
        link?.close(code: 1000, reason: "")
        link = nil
        queues = []
        answers = [:]
    }

    // MARK: - Consumers

    func add(_ queue: EventQueue) {
        queues.append(queue)
        if let trouble { queue.push(system(.trouble(trouble))) }
        // One that comes late has to hear all; the others hear it again and know by the numbers.
        if isTold { retell() } else { wantsTelling = isBeingTold }
    }

    func remove(_ queue: EventQueue) { queues.removeAll { $0 === queue } }

    private func retell() {
        wantsTelling = false
        let wish = StreamNote.retell
        _ = link?.send(.text, wish.span)
    }

    private func push(_ record: EventRecord) { for queue in queues { queue.push(record) } }

    private func system(_ event: Event) -> EventRecord {
        EventRecord(sequence: 0, time: loop.now, wall: .now(), audio: 0, session: nil, event: event)
    }

    private func set(_ new: Trouble?) {
        guard trouble != new else { return }
        trouble = new
        push(system(new.map { .trouble($0) } ?? .troubleCleared(TroubleCleared(code: Self.code))))
    }

    // MARK: - Records

    func linkReceived(_ id: LinkID, _ kind: LinkMessageKind, _ payload: Span<UInt8>) {
        guard id.number == linkNumber, kind == .text else { return }
        let bytes = payload.withUnsafeBufferPointer { Array($0) }
        guard !bytes.starts(with: StreamNote.mark) else {
            if let note = StreamNote(bytes) { take(note) }
            return
        }
        if let record = try? EventCodec.decode(bytes) { take(record) }
    }

    private func take(_ note: StreamNote) {
        switch note {
        case .hello(let who, let now, let sessions):
            patience?.cancel()
            clockOffset = target.isHere ? .zero : loop.now - now
            isTold = false
            isBeingTold = true
            greet(who, sessions)
        case .told:
            isTold = true
            isBeingTold = false
            if wantsTelling { retell() }
            tries = 0
            pause = Self.firstPause
            set(nil)
            if let server { onState(.attached(server)) }
        case .missed(let count):
            isTold = false
            for queue in queues { queue.lost(count) }
        case .answer(let id, let refused):
            guard let waiting = answers.removeValue(forKey: id) else { return }
            if let refused { refuse(waiting.command, refused, waiting.answer) } else { waiting.answer(nil) }
        case .meters(let all): shared.meters.withLock { $0 = all }
        }
    }

    /// What is not live there any more has ended meanwhile.
    private func greet(_ who: ServiceIdentity, _ sessions: [SessionID]) {
        let isSame = server?.run == who.run
        server = who
        let gone = live.keys.filter { !isSame || !sessions.contains($0) }.sorted { $0.text < $1.text }
        for id in gone {
            let reason = isSame ? "ended while nobody was attached" : "the program was started anew"
            let end = EventRecord(
                sequence: (live[id] ?? 0) + 1, time: loop.now, wall: .now(), audio: 0, session: id,
                event: .sessionEnded(SessionEnd(by: .system, reason: reason)))
            live[id] = nil
            push(end)
        }
    }

    private func take(_ told: EventRecord) {
        var record = told
        record.time = told.time + clockOffset
        if let id = record.session {
            if case .sessionEnded = record.event { live[id] = nil } else { live[id] = record.sequence }
        }
        push(record)
    }

    // MARK: - Commands

    func ask(_ command: Command, answer: @escaping @EngineActor @Sendable (String?) -> Void) {
        guard !isReadOnly else { return refuse(command, "this console only watches (--read-only)", answer) }
        guard let link, isTold,
            let body = try? EventCodec.encode(any: NumberedCommand(id: lastID + 1, command: command))
        else { return refuse(command, "there is no connection to \(target.name)", answer) }
        lastID += 1
        guard link.send(.text, body.span) else { return refuse(command, "the connection is full", answer) }
        answers[lastID] = (command, answer)
    }

    private func refuse(_ command: Command, _ reason: String, _ answer: @EngineActor @Sendable (String?) -> Void) {
        push(system(.commandRefused(CommandRefusal(command: command.name, reason: reason))))
        answer(reason)
    }
}
