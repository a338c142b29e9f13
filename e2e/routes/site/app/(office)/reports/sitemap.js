export default function sitemap() {
  return [{ url: "https://shop.example.com/SECRET-sitemap" }];
}
