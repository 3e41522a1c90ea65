import Core

extension ConsoleModel {
    /// Opens the list of providers with how each fares. Enter switches to one when a conversation is live.
    mutating func openProviders() {
        let items = book.system.providers
        guard !items.isEmpty else { return say("no provider is configured", .warning) }
        let current = shown?.provider ?? ""
        overlay = .picker(
            PickerState(kind: .provider, items: items, selection: items.firstIndex(of: current) ?? 0))
    }

    /// Switches to a provider of the list, or says why not.
    mutating func choose(provider name: String) -> [ConsoleEffect] {
        if let obstacle = book.system.health(of: name)?.obstacle {
            say("\(name) cannot be used: \(obstacle)", .warning)
            return []
        }
        guard let session = shown, session.isLive else {
            say("no conversation is live; :new \(name) begins one")
            return []
        }
        if case .disabled(let reason) = availability(of: .provider) {
            say("provider: \(reason)", .warning)
            return []
        }
        if name == session.provider {
            say("\(name) is the provider already")
            return []
        }
        return [.send(.switchProvider(session: session.id, provider: name))]
    }
}

extension SystemReport {
    /// How a provider fares; nil when that is not told.
    func health(of provider: String) -> ProviderHealth? { health?.first { $0.name == provider } }
}
