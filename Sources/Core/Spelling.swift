/// "Did you mean": the nearest of some names.
public enum Spelling {
    /// The name within a third of `word`'s length (at least 2 edits) that is nearest to it, or nil.
    public static func nearest(to word: String, among names: [String]) -> String? {
        let limit = max(2, word.count / 3)
        return names.map { ($0, distance(word.lowercased(), $0.lowercased())) }
            .filter { $0.1 <= limit }.min { $0.1 < $1.1 }?.0
    }

    /// Edit distance (insert, delete, replace).
    public static func distance(_ a: String, _ b: String) -> Int {
        let left = Array(a), right = Array(b)
        var row = Array(0...right.count)
        for (i, x) in left.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for (j, y) in right.enumerated() {
                let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
                diagonal = row[j + 1]
                row[j + 1] = next
            }
        }
        return row[right.count]
    }
}
