import Terminal

/// The tabs, for drawing and for the mouse. One cell stands between two.
enum TabBar {
    /// All tabs: `[1 Talk]` for the view shown, ` 2 Latency ` for the others, shortened where there is no room for all.
    static func texts(_ model: ConsoleModel) -> [(view: ConsoleView, text: SafeText)] {
        let room = model.size.width - (model.isReadOnly ? 11 : 0)
        for length in [20, 5, 3] {
            let all = ConsoleView.allCases.map { (view: $0, text: text($0, model, length)) }
            if all.reduce(-1, { $0 + $1.text.width + 1 }) <= room { return all }
        }
        return ConsoleView.allCases.map { (view: $0, text: text($0, model, 0)) }
    }

    private static func text(_ view: ConsoleView, _ model: ConsoleModel, _ length: Int) -> SafeText {
        let isShown = view == model.view
        let calls = model.book.liveCallCount
        let count = view == .calls && calls > 0 ? "\(model.appearance.glyphs.separator)\(calls)" : ""
        let title = isShown || view.title.count <= length ? view.title : String(view.title.prefix(length))
        let name = "\(view.rawValue)\(title.isEmpty ? "" : " ")\(title)\(count)"
        return SafeText(isShown ? "[\(name)]" : length > 5 ? " \(name) " : name)
    }

    /// The view whose tab covers a column.
    static func view(atColumn column: Int, _ model: ConsoleModel) -> ConsoleView? {
        var x = 0
        for (view, text) in texts(model) {
            if column >= x, column < x + text.width { return view }
            x += text.width + 1
        }
        return nil
    }
}
