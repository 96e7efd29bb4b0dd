import { Link } from "./link";

// Rendered for each request, on the server.
export const dynamic = "force-dynamic";

export default function Page() {
  return <Link />;
}
