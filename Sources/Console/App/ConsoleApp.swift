import Core
import Glibc
import Terminal

/// The full-screen console: ties loop, screen and model together and talks to the engine through its client port alone.
/// Main thread.
///
/// Engine → `EventQueue` (latest) → bell → `records` message → model → picture → `Screen`. Keys → model → commands →
/// engine.
public final class ConsoleApp {
    /// Events kept for the screen while it is busy.
    public static let queueBound = 1 << 16
    /// Records told to the model at once, and the least time between two portions while they trickle in.
    static let portion = 1_000
    static let drainInterval = Duration.milliseconds(10)
    /// After a loss the engine is asked to tell all again, not more often than this.
    static let retellInterval = Duration.seconds(2)
    /// Meters and clock move this often while a session is live, and this often otherwise.
    static let liveTick = Duration.milliseconds(50)
    static let idleTick = Duration.seconds(1)
    /// The theme for terminals with a light ground.
    static let lightTheme = "daylight"

    private let client: any EngineClient
    /// Nil without a terminal.
    private let screen: Screen?
    private let loop: UILoop
    private let queue: EventQueue
    private let options: ConsoleOptions
    private var themes: ThemeStore
    private var model: ConsoleModel
    private var tick: Duration?
    /// Whether the ground is still being found out: nothing is drawn before, since other colours would follow at once.
    private var guess: GroundGuess?
    private var budget = OutputBudget()
    /// Records taken from the queue and not yet told to the model.
    private var backlog: ArraySlice<EventRecord> = []
    private var lastDrained = MonotonicTime(nanoseconds: 0)
    /// Records wait for the next frame.
    private var waitsToDrain = false
    private var started = MonotonicTime(nanoseconds: 0)
    /// A key was pressed since the last frame: its answer is never put off.
    private var frameIsUrgent = false
    private var lastThemeCheck = MonotonicTime(nanoseconds: 0)
    private var lastRetold = MonotonicTime(nanoseconds: 0)
    private var end = ConsoleEnd.quit
    private var script: ScriptPlayer?
    private var isPlaying = false
    /// Why the script could not be played to its end; nil when it was, or there is none.
    public private(set) var scriptFailure: String?
    /// The screen as text.
    public var screenText: String { model.picture().plainText }
    /// Recorded sessions, and the replay on the screen.
    private var shelf: SessionShelf?
    private var stage: ReplayStage?

    /// Takes the terminal. Throws when there can be no full screen; use plain output then. `UILoop.blockSignals()` must
    /// have been called before any thread was made.
    public init(client: any EngineClient, options: ConsoleOptions) throws(ScreenError) {
        self.client = client
        self.options = options
        var store = ThemeStore(folders: options.themeFolders)
        let name = options.theme ?? BuiltInThemes.standardName
        let (theme, problems) = store.load(name)
        themes = store
        let screen: Screen? =
            options.headless == nil
            ? try Screen(theme: theme ?? BuiltInThemes.standard, options: options.screen) : nil
        self.screen = screen
        script = options.script.map { ScriptPlayer($0) }
        let isRemote = options.screen.environment["SSH_TTY"] != nil
        let loop = UILoop(escapeDelay: isRemote ? .milliseconds(100) : .milliseconds(25))
        self.loop = loop
        let wake = loop.wake
        queue = EventQueue(bound: Self.queueBound, policy: .latest) { wake.ring() }
        model = ConsoleModel(
            size: screen?.size ?? options.headless ?? ConsoleLayout.least,
            appearance: Appearance(
                ascii: screen?.isASCII ?? options.screen.ascii, strike: screen?.hasStrike ?? true,
                themeName: theme == nil ? BuiltInThemes.standardName : name, themes: store.names,
                keyRelease: screen?.reports.keyRelease ?? false, hasMouse: screen?.reports.mouse ?? false),
            keys: options.keys, isReadOnly: options.isReadOnly, place: options.place, now: .now(), wall: .now())
        model.isDebugging = options.screen.environment["SIDETONE_DEBUG"] == "1"
        if !options.told.isEmpty { _ = model.update(.records(options.told, dropped: 0)) }
        model.compare.isPossible = options.compareLab != nil
        options.compareLab?.subscribe { wake.ring() }
        if let greeting = options.greeting { _ = model.update(.notice(greeting)) }
        if let problem = problems.first { _ = model.update(.notice(problem.description)) }
        if let library = options.library {
            shelf = SessionShelf(library, wake: { wake.ring() })
            _ = model.update(.libraryFound(library.exportForms.map { ExportForm(name: $0.name, summary: $0.summary) }))
        }
    }

    /// Runs until the user leaves or the terminal goes; gives the terminal back. Main thread.
    public func run() -> ConsoleEnd {
        client.subscribe(queue)
        if let replay = options.replay { show(replay, isAlone: true) }
        if let view = options.view { model.view = view }
        for effect in model.askSessions() { perform(effect) }
        if screen?.ask(background: options.theme == nil) == true, options.theme == nil {
            guess = GroundGuess(environment: options.screen.environment)
            started = .now()
            loop.requestFrame(after: GroundGuess.limit)
        } else {
            loop.requestFrame()
        }
        setTick()
        loop.run(self)
        client.unsubscribe(queue)
        stage?.close()
        screen?.close()
        return end
    }

    private func send(_ message: ConsoleMessage) {
        for effect in model.update(message) { perform(effect) }
        setTick()
        requestFrame()
    }

    private func requestFrame() { if guess?.isOpen != true { loop.requestFrame() } }

    /// Fast while something moves, slow otherwise.
    private func setTick() {
        let wanted = model.isLive || script != nil ? Self.liveTick : Self.idleTick
        guard tick != wanted else { return }
        tick = wanted
        loop.setTick(wanted)
    }

    private func perform(_ effect: ConsoleEffect) {
        switch effect {
        case .send(let command):
            if let stage { stage.player.send(command) } else { client.send(command) }
        case .sendLive(let command): client.send(command)
        case .ask(let question): options.library?.ask(question)
        case .replay(let control): play(control)
        case .closeReplay:
            stage?.close()
            stage = nil
        case .compare(let order): options.compareLab?.perform(order)
        case .quit: finish(.quit)
        case .detach: finish(.detached)
        case .trap: DebugTrap.spring()
        case .redraw: screen?.invalidate()
        case .applyTheme(let name, let save): apply(theme: name, save: save)
        case .copy(let text): copy(text)
        case .suspend: stopAndGoOn()
        case .dump(let file): dump(to: file)
        }
    }

    /// Puts a replay on the screen, in place of the one there.
    private func show(_ player: any ReplayPlayer, isAlone: Bool) {
        stage?.close()
        let wake = loop.wake
        stage = ReplayStage(player, wake: { wake.ring() })
        _ = model.update(.replayOpened(player.status, isAlone: isAlone))
        readClock()
    }

    /// The place is shown with what happened there, in one picture.
    private func play(_ control: ReplayControl) {
        stage?.player.control(control)
        readClock()
    }

    private func drainReplay() {
        guard let stage else { return }
        let records = stage.take()
        if !records.isEmpty { _ = model.update(.replayRecords(records)) }
        _ = model.update(.replayed(stage.player.status, stage.player.overview))
    }

    private func drainLibrary() {
        for answer in shelf?.take() ?? [] {
            if case .opened(let player) = answer {
                show(player, isAlone: false)
                setTick()
                loop.requestFrame()
            } else {
                send(.library(answer))
            }
        }
    }

    private func finish(_ reason: ConsoleEnd) {
        end = reason
        loop.stop()
    }

    // MARK: - Effects

    private func apply(theme name: String, save: Bool) {
        let (theme, problems) = themes.load(name)
        guard let theme else {
            send(.notice(problems.first?.description ?? "no theme \(name)"))
            return
        }
        screen?.setTheme(theme)
        send(.themesFound(themes.names))
        // Named by its file, which is what the list shows, whatever the file calls it.
        send(.themeLoaded(name: name, problems: problems.map(\.description)))
        if save { options.saveTheme(name) }
    }

    private func copy(_ text: String) {
        send(.copied(screen?.copy(text) == true))
    }

    private func dump(to file: String) {
        let text = Array(model.picture().plainText.utf8)
        let descriptor = open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard descriptor >= 0 else {
            send(.notice("cannot write \(file): \(String(cString: strerror(errno)))"))
            return
        }
        defer { close(descriptor) }
        let written = write(descriptor, text, text.count)
        send(
            .notice(written == text.count ? "screen written to \(file)" : "\(file) is not whole: the disk may be full"))
    }

    private func stopAndGoOn() {
        guard let screen else { return }
        send(.stopping)
        screen.suspend()
        UILoop.stopProcess()
        screen.resume()
        send(.resized(screen.size))
        send(.resumed)
    }

    /// Key release where the terminal has it, and a light theme on a light terminal when no theme was chosen.
    private func take(_ answer: TerminalAnswer) {
        if screen?.take(answer, wantsKitty: options.screen.kitty != .off) == true { send(.keyReleaseKnown) }
        guard guess?.isOpen == true else { return }
        guess?.take(answer)
        useGuess()
    }

    private func useGuess() {
        guard let guess, !guess.isOpen else { return }
        if guess.isLight == true, themes.names.contains(Self.lightTheme) {
            apply(theme: Self.lightTheme, save: false)
        }
        loop.requestFrame()
    }

    private func checkTheme() {
        let now = MonotonicTime.now()
        guard now - lastThemeCheck > .milliseconds(500) else { return }
        lastThemeCheck = now
        if themes.hasChanged() { apply(theme: model.appearance.themeName, save: false) }
    }

    /// Takes records in portions: keys and signals are served in between.
    private func drain() {
        waitsToDrain = false
        lastDrained = .now()
        drainLibrary()
        if stage != nil {
            drainReplay()
            setTick()
            loop.requestFrame()
        }
        var dropped: UInt64 = 0
        if backlog.isEmpty {
            let (records, lost) = queue.take()
            backlog = records[...]
            dropped = lost
        }
        if dropped > 0, MonotonicTime.now() - lastRetold > Self.retellInterval {
            lastRetold = .now()
            // What was lost may have been a beginning or an end: the engine tells all again.
            client.unsubscribe(queue)
            client.subscribe(queue)
        }
        let portion = Array(backlog.prefix(Self.portion))
        backlog = backlog.dropFirst(portion.count)
        if !portion.isEmpty || dropped > 0 { send(.records(portion, dropped: dropped)) }
        if !backlog.isEmpty { loop.wake.ring() }
    }

    /// Plays what can be played of the script now.
    private func play() {
        guard !isPlaying else { return }
        isPlaying = true
        defer { isPlaying = false }
        while let turn = script?.step({ model.picture().plainText }, now: .now()) {
            switch turn {
            case .act(let messages): for message in messages { send(message) }
            case .waiting: return
            case .failed(let why):
                scriptFailure = why
                script = nil
                return finish(.quit)
            case .done:
                script = nil
                setTick()
                if screen == nil { finish(.quit) }
                return
            }
        }
    }

    private func readClock() {
        var meters: [SessionID: MeterSnapshot] = [:]
        let detailed = model.wantsSpectrum ? model.shown?.id : nil
        for id in model.liveBook.liveIDs {
            meters[id] = id == detailed ? client.metersWithSpectrum(of: id) : client.meters(of: id)
        }
        drainReplay()
        if let stage { for id in model.book.liveIDs { meters[id] = stage.player.meters(of: id) } }
        if options.hasFixedClock, let status = stage?.player.status {
            return send(.tick(now: status.now, wall: status.wall, meters: meters))
        }
        send(.tick(now: .now(), wall: .now(), meters: meters))
    }
}

extension ConsoleApp: UILoopDelegate {
    public func loop(_ loop: UILoop, received events: [InputEvent]) {
        readClock()  // keys are judged by the time they came
        frameIsUrgent = true
        guard screen != nil else { return }
        for event in events {
            if case .answer(let answer) = event {
                take(answer)
            } else {
                send(.input(event))
            }
        }
    }

    public func loop(_ loop: UILoop, received signal: UISignal) {
        switch signal {
        case .resized:
            if let screen, screen.resize() { send(.resized(screen.size)) }
            frameIsUrgent = true
            requestFrame()
        case .interrupt: finish(.signal(SIGINT))
        case .terminate: finish(.signal(SIGTERM))
        case .quit: finish(.signal(SIGQUIT))
        case .hangUp: finish(.terminalLost)
        case .stop: stopAndGoOn()
        case .resumed: screen?.invalidate()
        case .reload: apply(theme: model.appearance.themeName, save: false)
        }
    }

    public func loopWasWoken(_ loop: UILoop) {
        if backlog.isEmpty, MonotonicTime.now() - lastDrained < Self.drainInterval {
            waitsToDrain = true
            return loop.requestFrame()
        }
        drain()
        if let news = options.compareLab?.take(), !news.isEmpty { send(.compare(news)) }
        play()
    }

    public func loopTicked(_ loop: UILoop) {
        checkTheme()
        readClock()
        play()
    }

    public func loopDraws(_ loop: UILoop) {
        if waitsToDrain {
            drain()
            play()
        }
        guard let screen else { return }
        if guess?.isOpen == true {
            let left = GroundGuess.limit - (MonotonicTime.now() - started)
            if left > .zero { return loop.requestFrame(after: left) }
            guess?.close()
            useGuess()
            return
        }
        // The picture before this one is still on its way: the newest is drawn when that has arrived.
        if screen.isBusy { return loop.waitForOutput(screen.outputDescriptor) }
        let now = MonotonicTime.now()
        if !frameIsUrgent, let wait = budget.wait(now: now) { return loop.requestFrame(after: wait) }
        frameIsUrgent = false
        let before = screen.bytesDrawn
        screen.draw(model.picture())
        budget.spend(screen.bytesDrawn - before, now: now)
        if screen.isBusy { loop.waitForOutput(screen.outputDescriptor) }
    }

    public func loopCanWrite(_ loop: UILoop) {
        guard let screen else { return }
        if screen.flush() { loop.requestFrame() } else { loop.waitForOutput(screen.outputDescriptor) }
    }

    public func loopLostTerminal(_ loop: UILoop) { if screen != nil { finish(.terminalLost) } }
}
